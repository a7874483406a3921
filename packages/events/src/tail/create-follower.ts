import type { LoggedEvent } from '../logged-event.ts'

/** Hands on what comes after a position, in order and once, whatever wakes it. */
export type Follower = {
  readonly position: number
  /** Reads what is new and hands it on. Resolves when all of it has been; calls share one reading. */
  catchUp(): Promise<void>
  /**
   * Hands on one event that a transport brought, where it is the very next one or is known already.
   * @param previous position of the event before it
   * @returns false where one is missing: then the log is to be read
   */
  take(event: LoggedEvent, previous: number): boolean
}

export type ReadAfter = (query: {
  readonly position: number
  readonly limit: number
  /** Nothing after the position was recorded earlier. */
  readonly since: Date
}) => Promise<readonly LoggedEvent[]>

/**
 * The heart of a tail: where it stands, and how it gets on. It knows no transport: LISTEN, a timer
 * or a broker only call `catchUp`, so that what a transport loses, doubles or reorders is made good
 * from the log.
 * @param options.from the position, and a time at which everything up to it was recorded
 */
export function createFollower(options: {
  readonly from: { readonly position: number; readonly since: Date }
  readonly batchSize: number
  readonly readAfter: ReadAfter
  readonly handOn: (events: readonly LoggedEvent[]) => void
}): Follower {
  const { batchSize: limit, readAfter, handOn } = options
  let { position, since } = options.from
  let reading: Promise<void> | undefined
  let again = false

  async function read(): Promise<void> {
    do {
      again = false
      const events = await readAfter({ position, limit, since })
      const last = events.at(-1)
      if (!last) continue
      handOn(events)
      position = last.position
      since = new Date(last.recordedAt.getTime() - 1)
      if (events.length === limit) again = true
    } while (again)
  }

  return {
    get position() {
      return position
    },
    take(event, previous) {
      if (event.position <= position) return true
      // What is being read may hold it, or what comes before it.
      if (reading || previous !== position) return false
      handOn([event])
      position = event.position
      since = new Date(event.recordedAt.getTime() - 1)
      return true
    },
    catchUp() {
      // Who asks while a reading is on its way may know of something that it has not seen.
      again = true
      reading ??= read().finally(() => {
        reading = undefined
      })
      return reading
    },
  }
}
