import type { Logger } from '@logicspike/telemetry'

/** Who is told of something. One that throws is logged and disturbs no other. */
export type Listeners<Value> = {
  add(listener: (value: Value) => void): () => void
  tell(value: Value): void
}

export function createListeners<Value>(log: Logger): Listeners<Value> {
  const listeners = new Set<(value: Value) => void>()
  return {
    add(listener) {
      // A function of its own, so that one listener may be added twice and leave once.
      const entry = (value: Value) => listener(value)
      listeners.add(entry)
      return () => void listeners.delete(entry)
    },
    tell(value) {
      for (const listener of [...listeners]) {
        try {
          listener(value)
        } catch (error) {
          log.error({ err: error }, 'a listener of the event log failed')
        }
      }
    },
  }
}
