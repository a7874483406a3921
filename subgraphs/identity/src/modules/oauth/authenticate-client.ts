import { isServiceName } from '@logicspike/auth'
import { ok, type Result, refuse } from '@logicspike/errors'
import { constantTimeEqual, sha256 } from '@logicspike/secrets'
import type { IdentityContext } from '../../context.ts'
import { isOwnClient } from '../sessions/session-rules.ts'
import type { ClientCredentials } from './client-credentials.ts'
import { OauthClient } from './oauth-client.entity.ts'
import { invalidClient, type OauthRefusal } from './oauth-refusal.ts'

/** Who uses an OAuth endpoint: one of the platform's own apps, or a service that proved itself. */
export type OauthCaller =
  | { readonly kind: 'public'; readonly clientId: string }
  | {
      readonly kind: 'confidential'
      readonly clientId: string
      readonly permissions: readonly string[]
    }

/** No secret hashes to this. */
const NO_HASH = '0'.repeat(64)

/**
 * Authenticates a client. Unknown, disabled, wrong secret, missing secret, and a secret where there
 * should be none all end alike, and in about the same time.
 */
export async function authenticateClient(
  ctx: Pick<IdentityContext, 'em'>,
  { clientId, secret }: ClientCredentials,
): Promise<Result<OauthCaller, OauthRefusal>> {
  if (secret === null) {
    return isOwnClient(clientId) ? ok({ kind: 'public', clientId }) : refuse(invalidClient())
  }
  const client = isServiceName(clientId)
    ? await ctx.em.findOne(OauthClient, { id: clientId, disabledAt: null })
    : null
  const matches = constantTimeEqual(sha256(secret), client?.secretHash ?? NO_HASH)
  if (!client || !matches) return refuse(invalidClient())
  return ok({ kind: 'confidential', clientId, permissions: client.permissions })
}
