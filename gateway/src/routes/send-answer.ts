import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { AnsweredOperation } from '../answer-operation.ts'
import { sendParts } from './multipart-answer.ts'

/** Sends what was answered, as one body or, where there is more to come, in parts. */
export function sendAnswer(reply: FastifyReply, answered: AnsweredOperation) {
  const { response, status, setCookies, context } = answered
  const { later, onEnd } = context?.deferral ?? {}
  if (later && onEnd) return sendParts(reply, answered, { later, onEnd })
  reply.code(status)
  reply.header('cache-control', 'no-store')
  for (const [name, value] of response.headers) reply.header(name, value)
  if (setCookies.length > 0) reply.header('set-cookie', [...setCookies])
  const { body } = response
  if ('bytes' in body) return reply.send(body.bytes)
  return reply.send(body.kind === 'complete' ? body.string : Readable.from(body.asyncIterator))
}
