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

/**
 * A signal as a cancellation: one listener for all that depends on it. Listeners of signals are
 * events with all that belongs to them, too dear for each of the fetches of each request.
 */
export function cancellationOf(signal: AbortSignal): Cancellation {
  const made = known.get(signal)
  if (made) return made
  const listeners = new Set<() => void>()
  signal.addEventListener('abort', () => {
    for (const onCancel of [...listeners]) onCancel()
    listeners.clear()
  })
  const cancellation: Cancellation = {
    get isCancelled() {
      return signal.aborted
    },
    add: (onCancel) => listeners.add(onCancel),
    remove: (onCancel) => listeners.delete(onCancel),
  }
  known.set(signal, cancellation)
  return cancellation
}
