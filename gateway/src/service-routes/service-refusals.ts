import type { AppError } from '@logicspike/errors'
import type { FastifyRequest } from 'fastify'

/** Headers that go with a refusal: how to sign in (RFC 6750 §3), and when to come again. */
export function refusalHeaders(
  { code, extensions }: AppError,
  { headers }: FastifyRequest,
): Record<string, string> {
  const { retryAfterSeconds, requiredScopes } = extensions
  const isPresented = headers.authorization !== undefined || headers['x-api-key'] !== undefined
  return {
    ...(code === 'UNAUTHENTICATED' && {
      'www-authenticate': isPresented ? 'Bearer error="invalid_token"' : 'Bearer',
    }),
    ...(Array.isArray(requiredScopes) && {
      'www-authenticate': `Bearer error="insufficient_scope", scope="${requiredScopes.flat().join(' ')}"`,
    }),
    ...(typeof retryAfterSeconds === 'number' && { 'retry-after': String(retryAfterSeconds) }),
  }
}
