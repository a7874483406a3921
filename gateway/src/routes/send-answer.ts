import { Readable } from 'node:stream'
import type { HTTPGraphQLResponse } from '@apollo/server'
import type { FastifyReply } from 'fastify'

/** Sends what Apollo Server answered, as one body. */
export function sendAnswer(
  reply: FastifyReply,
  response: HTTPGraphQLResponse,
  setCookies: readonly string[],
) {
  reply.header('cache-control', 'no-store')
  for (const [name, value] of response.headers) reply.header(name, value)
  if (setCookies.length > 0) reply.header('set-cookie', [...setCookies])
  const { body } = response
  return reply.send(body.kind === 'complete' ? body.string : Readable.from(body.asyncIterator))
}
