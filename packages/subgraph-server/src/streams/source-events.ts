import { AppError } from '@logicspike/errors'
import type { StreamLease } from './open-streams.ts'
import type { StreamEvent } from './stream.ts'

type Source = AsyncIterator<unknown>

/** How long a source may take to end in its own words once it is told to. Milliseconds. */
const FAREWELL_MS = 1_000

/** Whether a stream's end is for the listener to know; who has left is told nothing. */
const isTold = (reason: unknown): boolean => reason instanceof AppError

/**
 * What a listener gets of a source: each of its events executed, and at last why it ended, if that
 * is to be told. The source is asked for an event only when the listener asks, and nothing is sent
 * once the stream was told to end: what is left out comes after the last cursor.
 */
export function sourceEvents(parts: {
  readonly source: Source
  readonly execute: (payload: unknown) => Promise<StreamEvent>
  readonly failure: (error: unknown) => StreamEvent
  readonly lease: StreamLease
}): AsyncIterableIterator<StreamEvent, undefined> {
  const { source, execute, failure, lease } = parts
  const { signal } = lease

  async function* events(): AsyncGenerator<StreamEvent, undefined> {
    try {
      for (;;) {
        const next = await unlessEnded(source, signal)
        if (signal.aborted) throw signal.reason
        if (next.done) return
        yield await execute(next.value)
      }
    } catch (error) {
      if (!signal.aborted || isTold(signal.reason)) yield failure(error)
    } finally {
      lease.release()
      // Not waited for: it may be in the middle of something that never ends.
      source.return?.()?.catch(() => undefined)
    }
  }

  const generator = events()
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    next: () => generator.next(),
    async return() {
      // First, because a generator that waits would only hear of it after its next event.
      lease.leave()
      await generator.return(undefined)
      return { done: true, value: undefined }
    },
  }
}

/** The source's next event; once the stream is to end, the source's word on it or the reason. */
async function unlessEnded(source: Source, signal: AbortSignal): Promise<IteratorResult<unknown>> {
  let timer: NodeJS.Timeout | undefined
  let end: () => void = () => undefined
  const ended = new Promise<never>((_, reject) => {
    end = () => {
      timer = setTimeout(() => reject(signal.reason), isTold(signal.reason) ? FAREWELL_MS : 0)
    }
  })
  if (signal.aborted) end()
  else signal.addEventListener('abort', end, { once: true })
  try {
    return await Promise.race([source.next(), ended])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
  }
}
