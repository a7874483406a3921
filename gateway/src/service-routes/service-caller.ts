import type { Principal, TokenVerifier } from '@logicspike/auth'
import { badRequest, unauthenticated } from '@logicspike/errors'
import type { FastifyRequest } from 'fastify'
import { bearerToken, type Caller } from '../plugins/use-access-token.ts'
import type { ApiKeys, KeyUse } from './api-keys.ts'
import type { CredentialKind } from './service-definition.ts'

/** Who calls a service, and by what; nobody where both are null. */
export type ServiceCaller = Caller & { readonly credential: CredentialKind | null }

type Credential =
  | { readonly kind: 'token' | 'secret-key' | 'publishable-key'; readonly text: string }
  | { readonly kind: null }

const NOBODY: ServiceCaller = { principal: null, accessToken: null, credential: null }
const API_KEY = /^(ls|pk)_[A-Za-z0-9_-]{16,200}$/
/** They change nothing (RFC 9110 §9.2.1). */
const SAFE = new Set(['GET', 'HEAD'])

/**
 * Who sends a request, by its access token or API key. For what may change something, what is known
 * of revocations must be recent.
 * @throws AppError UNAUTHENTICATED, or BAD_REQUEST for two credentials, whichever of them holds
 */
export async function identifyCaller(
  request: FastifyRequest,
  { verifier, apiKeys }: { readonly verifier: TokenVerifier; readonly apiKeys: ApiKeys },
): Promise<ServiceCaller> {
  const credential = credentialOf(request)
  if (credential.kind === null) return NOBODY
  const verify = SAFE.has(request.method) ? verifier.verify : verifier.verifyForChange
  if (credential.kind === 'token') {
    const principal = await verify(credential.text)
    return { principal, accessToken: credential.text, credential: principal.kind }
  }
  const caller = await apiKeys.identify(credential.text, useOf(request), verify)
  return { ...caller, credential: credential.kind }
}

function credentialOf({ raw: { rawHeaders } }: FastifyRequest): Credential {
  const valuesOf = (wanted: string) =>
    rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === wanted)
  const authorizations = valuesOf('authorization')
  const [given, ...others] = [...authorizations, ...valuesOf('x-api-key')]
  if (given === undefined) return { kind: null }
  if (others.length > 0) throw badRequest('A request carries one credential, not several.')
  const text = authorizations.length > 0 ? bearerToken(given) : given
  const [, prefix] = API_KEY.exec(text) ?? []
  if (prefix) return { kind: prefix === 'ls' ? 'secret-key' : 'publishable-key', text }
  if (authorizations.length === 0) throw unauthenticated('x-api-key is no API key')
  return { kind: 'token', text }
}

/** Browsers send `origin` across origins, and `referer` where a page only loads something. */
function useOf({ headers: { origin, referer }, ip: clientIp }: FastifyRequest): KeyUse {
  if (origin !== undefined) return { origin, clientIp }
  const page = referer !== undefined && URL.canParse(referer) ? new URL(referer).origin : null
  return { origin: page, clientIp }
}

/** For the log; says nothing that would do for a credential. */
export function describeCaller({ principal, credential }: ServiceCaller) {
  if (!principal) return { kind: 'anonymous' }
  const { userId, workspaceId, clientId }: Principal = principal
  return {
    kind: credential,
    ...(userId === null ? { clientId } : { userId }),
    ...(workspaceId && { workspaceId }),
  }
}
