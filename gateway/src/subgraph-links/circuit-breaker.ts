/** Keeps requests from a server that fails nearly all of them, so that it and we can recover. */
export type CircuitBreaker = {
  /** Whether a request may be sent now. One that may has to be told of by `settle`. */
  admits(): boolean
  /** @param isFailure 5xx, no answer in time, no connection: the server's fault, not the request's */
  settle(isFailure: boolean): void
  /** `trying`: one request is under way, to see whether it can be closed. */
  readonly state: 'closed' | 'open' | 'trying'
}

export type CircuitBreakerOptions = {
  /** Fewer requests than this in a window decide nothing. */
  readonly fewest?: number
  /** Share of failures, from 0 to 1, at which it opens. */
  readonly threshold?: number
  /** Milliseconds over which requests are counted. */
  readonly windowMs?: number
  /** Milliseconds for which an open one admits nothing; after them it admits one to try. */
  readonly restMs?: number
  /** Milliseconds on a clock that only goes forward. */
  readonly now?: () => number
}

const DEFAULTS = { fewest: 20, threshold: 0.5, windowMs: 10_000, restMs: 2_000 }

type State =
  | { readonly kind: 'closed'; since: number; sent: number; failed: number }
  | { readonly kind: 'open'; readonly until: number }
  | { readonly kind: 'trying' }

export function createCircuitBreaker(options: CircuitBreakerOptions = {}): CircuitBreaker {
  const { fewest, threshold, windowMs, restMs } = { ...DEFAULTS, ...options }
  const { now = () => performance.now() } = options
  const closed = (): State => ({ kind: 'closed', since: now(), sent: 0, failed: 0 })
  const open = (): State => ({ kind: 'open', until: now() + restMs })
  let state = closed()

  function count(isFailure: boolean): void {
    if (state.kind !== 'closed') return
    if (now() - state.since > windowMs) state = { kind: 'closed', since: now(), sent: 0, failed: 0 }
    state.sent += 1
    if (isFailure) state.failed += 1
    if (state.sent >= fewest && state.failed / state.sent >= threshold) state = open()
  }

  return {
    admits() {
      if (state.kind === 'closed') return true
      if (state.kind === 'trying' || now() < state.until) return false
      state = { kind: 'trying' }
      return true
    },
    settle(isFailure) {
      if (state.kind === 'trying') state = isFailure ? open() : closed()
      // What was sent before it opened says nothing new.
      else count(isFailure)
    },
    get state() {
      return state.kind
    },
  }
}
