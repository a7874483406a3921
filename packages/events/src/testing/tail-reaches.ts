import type { EventTail } from '../event-bus.ts'

/** Resolves when the tail has handed on everything up to a position. */
export function tailReaches(tail: EventTail, position: number): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (tail.position < position) return
      leave()
      resolve()
    }
    // The tail stands at a batch once all of its listeners have been told.
    const leave = tail.onEvents(() => queueMicrotask(look))
    look()
  })
}
