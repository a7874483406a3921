import type { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { Caller } from '../plugins/use-access-token.ts'
import type { StreamDesk } from '../streams/stream-desk.ts'
import { headersForClient } from './answer-headers.ts'

export type ServiceAnswer = {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Readable
}

const EVENT_STREAM = /^text\/event-stream\b/i

/**
 * Sends what a service answered, as it comes. An event stream is one of the connections that are
 * counted, and ends with the caller's right to listen.
 * @throws AppError RATE_LIMITED where the caller has too many streams
 */
export function sendServiceAnswer(
  reply: FastifyReply,
  { statusCode, headers, body }: ServiceAnswer,
  { caller, desk }: { readonly caller: Caller; readonly desk: StreamDesk },
): FastifyReply {
  if (EVENT_STREAM.test(String(headers['content-type']))) watchStream(reply, body, caller, desk)
  reply.code(statusCode)
  for (const [name, values] of headersForClient(headers)) {
    reply.header(name, values.length === 1 ? values[0] : values)
  }
  // A service that answers early does not want the rest, and nobody reads it.
  if (!reply.request.raw.complete) reply.header('connection', 'close')
  return reply.send(body)
}

function watchStream(reply: FastifyReply, body: Readable, caller: Caller, desk: StreamDesk): void {
  const onEnd: (() => void)[] = []
  try {
    onEnd.push(desk.connections.ofAddress(reply.request.ip))
    onEnd.push(desk.connections.ofCaller(caller.principal))
  } catch (error) {
    for (const giveBack of onEnd) giveBack()
    body.destroy()
    throw error
  }
  onEnd.push(
    desk.callers.watch(caller, () => body.destroy(new Error('the caller may listen no longer'))),
  )
  reply.raw.once('close', () => {
    for (const giveBack of onEnd) giveBack()
  })
}
