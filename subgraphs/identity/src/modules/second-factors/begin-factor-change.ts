import { ok, type Result, refuse, unauthenticated } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import { Session } from '../sessions/session.entity.ts'
import { isLive } from '../sessions/session-rules.ts'
import {
  RECENT_SECONDS,
  type ReauthenticationRequiredError,
  requireRecentAuthentication,
} from '../sign-in/require-recent-authentication.ts'
import { lockCurrentUser, requireCaller } from '../users/current-user.ts'
import type { User } from '../users/user.entity.ts'

/**
 * The confirmation of what was begun may take a while, with an app to be installed and a key to be
 * found; having begun took a recent proof.
 */
export const CONFIRMATION_SECONDS = 2 * RECENT_SECONDS

/**
 * Holds the caller's account for a change of its factors, which take turns so that none decides on
 * what another is changing. The session is looked up as well: such a change does not wait for
 * verifiers to learn that it ended.
 * @throws AppError UNAUTHENTICATED
 */
export async function beginFactorChange(
  tx: IdentityContext,
  maxAgeSeconds = RECENT_SECONDS,
): Promise<Result<User, ReauthenticationRequiredError>> {
  const stale = requireRecentAuthentication(tx, maxAgeSeconds)
  if (stale) return refuse(stale)
  const { sessionId } = requireCaller(tx)
  const user = await lockCurrentUser(tx)
  const session = await tx.em.findOne(Session, { id: sessionId })
  if (!session || !isLive(session, tx.clock.now())) throw unauthenticated('the session ended')
  return ok(user)
}
