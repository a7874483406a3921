import type { IdentityContext } from '../../context.ts'
import { endSessions } from '../sessions/end-session.ts'
import { requireCaller } from '../users/current-user.ts'
import type { User } from '../users/user.entity.ts'
import { announceFactorRemoved } from './announce-factor-change.ts'
import { forgetChallenges } from './challenge.repository.ts'
import { removeRecoveryCodes } from './recovery-codes.ts'
import { findSecondFactors, type SecondFactors } from './second-factor.repository.ts'

/**
 * What follows the removal of a factor. Other sessions end, since they may have begun with it, and
 * sign-ins that wait for it are void. Recovery codes stand in for factors: with the last one they go.
 * Removing the last one is allowed even where a workspace asks for one: its tokens need a session
 * that has used a second factor, so it cannot be entered any more, and that is the workspace's rule.
 */
export async function finishFactorRemoval(
  tx: IdentityContext,
  user: User,
  factor: 'totp' | 'passkey',
): Promise<SecondFactors> {
  const left = await findSecondFactors(tx, user.id)
  if (!left.isActive) await removeRecoveryCodes(tx, user.id)
  await forgetChallenges(tx, user.id)
  const { sessionId } = requireCaller(tx)
  await endSessions(tx, { userId: user.id, reason: 'second-factor-changed', except: sessionId })
  await announceFactorRemoved(tx, user, factor)
  return left.isActive ? left : { ...left, recoveryCodesLeft: 0 }
}
