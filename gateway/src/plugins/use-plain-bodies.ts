import { AppError } from '@logicspike/errors'
import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * Refuses compressed bodies, before anything of them is read: a few bytes could become gigabytes,
 * and no operation is long enough to be worth it. An `onRequest` hook, for routes whose bodies are
 * read here; what is passed on to services is theirs to judge.
 * @throws AppError UNSUPPORTED_MEDIA_TYPE
 */
export async function usePlainBodies(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const encoding = request.headers['content-encoding']
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return
  // RFC 9110 §12.5.3: it tells that the encoding was the fault, and not the media type.
  reply.header('accept-encoding', 'identity')
  throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'The request body must not be compressed.')
}
