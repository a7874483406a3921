import { ok, type Result } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import { endSession } from './end-session.ts'
import { findSessionOfToken, type PresentedRefreshToken } from './presented-refresh-token.ts'
import { forgottenRefreshCookie, REFRESH_COOKIE } from './refresh-cookie.ts'

/**
 * Ends what the request can speak for: the session of its access token and that of its refresh
 * token, however old the latter: signing out has no replay window. Ending nothing is fine too.
 */
export async function signOut(
  tx: IdentityContext,
  input: { presented: PresentedRefreshToken | null },
): Promise<Result<true, never>> {
  const presented = input.presented && (await findSessionOfToken(tx, input.presented))
  const ids = new Set([tx.actor?.sessionId, presented?.id].filter((id) => id != null))
  for (const sessionId of ids) await endSession(tx, { sessionId, reason: 'signed-out' })
  if (REFRESH_COOKIE in tx.cookies) tx.setCookie(forgottenRefreshCookie())
  return ok(true)
}
