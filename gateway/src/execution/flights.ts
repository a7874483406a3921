import {
  type Canceller,
  cancellationOf,
  createCanceller,
} from '../subgraph-links/http-client/cancellation.ts'

/** Work that is under way, by what it is, so that whoever wants the same joins it. */
export type Flights<Value> = {
  /**
   * Joins what is under way under this key, or starts it. One who leaves early is let go at once;
   * the work is aborted when the last one has left.
   * @param signal of the one who joins
   * @param start told how to keep others from joining before the work is over
   */
  join(key: string, signal: AbortSignal | undefined, start: Start<Value>): Promise<Landed<Value>>
  /** From now on nobody joins what is under way: it may have been answered before a change. */
  close(): void
}

type Start<Value> = (signal: AbortSignal, seal: () => void) => Promise<Value>

export type Landed<Value> = {
  readonly value: Value
  /** Whether others were given the same value. */
  readonly shared: boolean
}

type Flight<Value> = {
  readonly work: Promise<Value>
  readonly canceller: Canceller
  /** Nobody joins what is over or given up. */
  readonly seal: () => void
  joined: number
  waiting: number
}

export function createFlights<Value>(): Flights<Value> {
  const flights = new Map<string, Flight<Value>>()

  function begin(key: string, start: Start<Value>): Flight<Value> {
    const canceller = createCanceller()
    const seal = () => {
      if (flights.get(key) === flight) flights.delete(key)
    }
    const work = Promise.withResolvers<Value>()
    const flight = { work: work.promise, canceller, seal, joined: 0, waiting: 0 }
    flights.set(key, flight)
    work.resolve(start(canceller.signal, seal))
    work.promise.then(seal, seal)
    return flight
  }

  function leave(flight: Flight<Value>): void {
    flight.waiting -= 1
    if (flight.waiting > 0) return
    flight.seal()
    flight.canceller.cancel()
  }

  return {
    async join(key, signal, start) {
      const known = flights.get(key)
      const flight = known ?? begin(key, start)
      flight.joined += 1
      flight.waiting += 1
      const value = await untilAborted(flight.work, signal, () => leave(flight))
      return { value, shared: flight.joined > 1 }
    },
    close: () => flights.clear(),
  }
}

function untilAborted<Value>(
  work: Promise<Value>,
  signal: AbortSignal | undefined,
  leave: () => void,
): Promise<Value> {
  if (!signal) return work
  const cancellation = cancellationOf(signal)
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      leave()
      reject(signal.reason)
    }
    if (cancellation.isCancelled) {
      onAbort()
      return
    }
    cancellation.add(onAbort)
    work.then(resolve, reject).finally(() => cancellation.remove(onAbort))
  })
}
