import type { TokenVerifier } from '@logicspike/auth'
import { ok, type Result, refuse } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import { endSession } from '../sessions/end-session.ts'
import { findSessionOfFamily } from '../sessions/presented-refresh-token.ts'
import type { OauthCaller } from './authenticate-client.ts'
import { type OauthRefusal, oauthRefusal } from './oauth-refusal.ts'
import { verifyIfValid } from './verify-if-valid.ts'

/** What a token offered for revocation is. */
type Offered =
  | { readonly kind: 'session'; readonly sessionId: string; readonly clientId: string }
  | { readonly kind: 'service' }
  | { readonly kind: 'unknown' }

/**
 * RFC 7009: ends the session of a refresh or access token, whichever generation it is. A token that
 * is unknown, expired or revoked is no error (§2.2); one of another client is (§2.1).
 */
export async function revokeToken(
  tx: IdentityContext,
  { clientId }: OauthCaller,
  offered: Offered,
): Promise<Result<null, OauthRefusal>> {
  if (offered.kind === 'unknown') return ok(null)
  if (offered.kind === 'service') {
    return refuse(
      oauthRefusal(
        'unsupported_token_type',
        "A service's tokens end by themselves, within minutes.",
      ),
    )
  }
  if (offered.clientId !== clientId) {
    return refuse(oauthRefusal('invalid_grant', 'The token was issued to another client.'))
  }
  await endSession(tx, { sessionId: offered.sessionId, reason: 'token-revoked' })
  return ok(null)
}

/** Recognises a token by its form; `token_type_hint` is not needed, as §2.1 allows. */
export async function recogniseToken(
  ctx: IdentityContext & { readonly verifier: TokenVerifier },
  token: string,
): Promise<Offered> {
  const session = await findSessionOfFamily(ctx, token)
  if (session) return { kind: 'session', sessionId: session.id, clientId: session.clientId }
  const principal = await verifyIfValid(ctx.verifier, token)
  if (!principal) return { kind: 'unknown' }
  if (!principal.sessionId) return { kind: 'service' }
  return { kind: 'session', sessionId: principal.sessionId, clientId: principal.clientId }
}
