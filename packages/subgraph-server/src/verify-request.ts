import type { GatewayKeyring, Principal, TokenVerifier } from '@logicspike/auth'
import { unauthenticated } from '@logicspike/errors'
import { acceptRequestId, type Logger, readTraceContext } from '@logicspike/telemetry'
import { parseCookies, type VerifiedRequest } from './request.ts'

type Deps = { keyring: GatewayKeyring; verifier: TokenVerifier; log: Logger }

/**
 * The door of a subgraph: the hop must hold a gateway key, and a bearer token, if there is one,
 * must be valid here and now. Identity headers (`x-user-id`, …) are not even looked at: they help
 * other services, but this one decides on the token (ASVS 8.3.1, 8.3.3).
 * @throws AppError UNAUTHENTICATED
 */
export async function verifyRequest(
  headers: Readonly<Record<string, string | undefined>>,
  cookies: string[],
  deps: Deps,
): Promise<VerifiedRequest> {
  const caller = deps.keyring.verify(headers['x-gateway-key'])
  if (!caller) throw unauthenticated('subgraph called without a valid gateway key')
  const accessToken = bearerToken(headers.authorization)
  const actor: Principal | null = accessToken ? await deps.verifier.verify(accessToken) : null
  const requestId = acceptRequestId(headers['x-request-id'])
  // Believed as the request id is: whoever holds a gateway key made it.
  const traceId = readTraceContext(headers)?.traceId
  return {
    caller,
    actor,
    accessToken,
    requestId,
    clientIp: headers['x-client-ip'] ?? null,
    userAgent: headers['user-agent'] ?? null,
    origin: headers.origin ?? null,
    cookies: parseCookies(headers.cookie),
    setCookie: (header) => cookies.push(header),
    stream: null,
    log: deps.log.child({
      requestId,
      traceId,
      workspaceId: actor?.workspaceId,
      userId: actor?.userId,
    }),
  }
}

/** @throws AppError UNAUTHENTICATED for any scheme but Bearer (RFC 6750 §2.1) */
function bearerToken(authorization: string | undefined): string | null {
  if (authorization === undefined) return null
  const token = /^Bearer +([^\s,]+)$/i.exec(authorization)?.[1]
  if (!token) throw unauthenticated('authorization header is not a bearer token')
  return token
}
