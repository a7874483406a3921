import { setTimeout as pause } from 'node:timers/promises'
import { AppError, internal, toGraphQLError } from '@logicspike/errors'
import { formatError } from '../plugins/use-error-masking.ts'
import { inScope, type RequestScope } from '../request-scope.ts'
import type { OpenStream } from './open-stream.ts'

/** GraphQL over SSE, distinct connections: `data` is there so that `EventSource` hears of it. */
export const COMPLETE = 'event: complete\ndata:\n\n'
const PING = ':\n\n'

/** @param json of an execution result, in which there are no line breaks */
export function nextEvent(json: string, cursor: string | null): string {
  // A line break would end the field; no cursor of ours has one, and none is believed to.
  const id = cursor === null || /[\r\n\0]/.test(cursor) ? '' : `id: ${cursor}\n`
  return `${id}event: next\ndata: ${json}\n\n`
}

/**
 * A stream as the text of Server-Sent Events. The next message is taken only when the text before
 * has been; a comment is written whenever there was nothing to tell for `pingMs`.
 * @param isCut whether the text is to end as if the connection broke, so that its client comes again
 */
export async function* eventStreamText(
  stream: OpenStream,
  { scope, pingMs, isCut }: { scope: RequestScope; pingMs: number; isCut: () => boolean },
): AsyncGenerator<string> {
  // The client learns at once that it is listening.
  yield PING
  try {
    for (;;) {
      const coming = stream.next()
      let message = await orPing(coming, pingMs)
      while (message === 'ping') {
        yield PING
        message = await orPing(coming, pingMs)
      }
      if (message === null) break
      yield nextEvent(message.text, message.cursor)
    }
    if (isCut()) return
  } catch (error) {
    if (isCut()) return
    yield nextEvent(await errorText(error, scope), null)
  }
  yield COMPLETE
}

async function orPing<Value>(coming: Promise<Value>, pingMs: number): Promise<Value | 'ping'> {
  const control = new AbortController()
  const ping = pause(pingMs, 'ping' as const, { signal: control.signal })
  try {
    return await Promise.race([coming, ping])
  } finally {
    control.abort()
    ping.catch(() => undefined)
  }
}

/** What a client is told of an error that ends its operation, as an execution result. */
export async function errorText(error: unknown, scope: RequestScope): Promise<string> {
  return inScope({ ...scope, errorCodes: [] }, async () => {
    const appError = error instanceof AppError ? error : internal('a stream failed', error)
    const told = toGraphQLError(appError)
    return JSON.stringify({ errors: [formatError(told.toJSON(), told)] })
  })
}
