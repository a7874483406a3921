import type { IncomingMessage } from 'node:http'
import type { Principal, TokenVerifier } from '@logicspike/auth'
import { unauthenticated } from '@logicspike/errors'

export type Caller = { readonly principal: Principal | null; readonly accessToken: string | null }

const ANONYMOUS: Caller = { principal: null, accessToken: null }

/**
 * Who sends a request, by its bearer token. No token is nobody; a token that does not hold is not
 * nobody but a refusal, so that a client learns that its token is stale rather than that it may
 * not do something.
 * @throws AppError UNAUTHENTICATED
 */
export async function useAccessToken(
  request: IncomingMessage,
  verifier: TokenVerifier,
): Promise<Caller> {
  const values = request.rawHeaders.filter(
    (_, at) => at % 2 === 1 && request.rawHeaders[at - 1]?.toLowerCase() === 'authorization',
  )
  const [authorization] = values
  if (authorization === undefined) return ANONYMOUS
  // Node would keep the first of several; whatever stands in front of us may have judged another.
  if (values.length > 1) throw unauthenticated('more than one authorization header')
  const accessToken = bearerToken(authorization)
  return { principal: await verifier.verify(accessToken), accessToken }
}

/** The token in the value of an `authorization` header. @throws AppError UNAUTHENTICATED */
export function bearerToken(authorization: unknown): string {
  const match = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(String(authorization))
  if (!match?.[1]) throw unauthenticated('authorization is not a bearer token')
  return match[1]
}
