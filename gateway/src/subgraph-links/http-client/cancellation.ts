/** Tells when nobody waits for an answer any more. */
export type Cancellation = {
  readonly isCancelled: boolean
  add(onCancel: () => void): void
  remove(onCancel: () => void): void
}

/** Thrown to whoever waited for what was cancelled. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled'
  override readonly message = 'nobody waits for it any more'
}

const known = new WeakMap<AbortSignal, Cancellation>()

/** A cancellation of one's own, and the signal for whoever wants that. */
export type Canceller = {
  readonly signal: AbortSignal
  cancel(reason?: unknown): void
}

/**
 * Listeners of signals are events with all that belongs to them, too dear for each of the fetches of each
 * request; those of a cancellation are called.
 */
export function createCanceller(): Canceller {
  const controller = new AbortController()
  const listeners = new Set<() => void>()
  const { signal } = controller
  known.set(signal, asCancellation(signal, listeners))
  return {
    signal,
    cancel(reason) {
      controller.abort(reason)
      tell(listeners)
    },
  }
}

/** A signal as a cancellation: one listener for all that depends on it. */
export function cancellationOf(signal: AbortSignal): Cancellation {
  const made = known.get(signal)
  if (made) return made
  const listeners = new Set<() => void>()
  signal.addEventListener('abort', () => tell(listeners))
  const cancellation = asCancellation(signal, listeners)
  known.set(signal, cancellation)
  return cancellation
}

function tell(listeners: Set<() => void>): void {
  for (const onCancel of [...listeners]) onCancel()
  listeners.clear()
}

const asCancellation = (signal: AbortSignal, listeners: Set<() => void>): Cancellation => ({
  get isCancelled() {
    return signal.aborted
  },
  add: (onCancel) => listeners.add(onCancel),
  remove: (onCancel) => listeners.delete(onCancel),
})
