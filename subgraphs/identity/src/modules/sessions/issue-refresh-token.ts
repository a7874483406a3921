import type { IdentityContext } from '../../context.ts'
import { refreshCookie } from './refresh-cookie.ts'
import { RefreshToken } from './refresh-token.entity.ts'
import { hashRefreshToken, newRefreshToken } from './refresh-token.ts'
import type { Session } from './session.entity.ts'

/** Makes a refresh token of a session. The one before must be consumed already. */
export function issueRefreshToken(tx: IdentityContext, session: Session, family: string): string {
  const token = newRefreshToken(session.id, family, tx.random)
  storeRefreshToken(tx, session, token)
  return token
}

/** Makes a token the session's current one. */
export function storeRefreshToken(tx: IdentityContext, session: Session, token: string): void {
  tx.em.create(RefreshToken, {
    tokenHash: hashRefreshToken(token),
    session,
    createdAt: tx.clock.now(),
    consumedAt: null,
    consumedBy: null,
    sealedSuccessor: null,
  })
}

/**
 * Hands a refresh token to the client in the way its session began with.
 * @returns the token for the payload, or null where it went into the cookie
 */
export function deliverRefreshToken(
  ctx: Pick<IdentityContext, 'clock' | 'setCookie'>,
  session: Pick<Session, 'delivery' | 'expiresAt'>,
  token: string,
): string | null {
  if (session.delivery === 'PAYLOAD') return token
  ctx.setCookie(refreshCookie(token, session.expiresAt, ctx.clock.now()))
  return null
}
