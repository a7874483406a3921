import { recordAudit } from '@logicspike/events'
import { enqueueMail } from '@logicspike/mail'
import type { IdentityContext } from '../../context.ts'
import { forgetEmailTokens } from '../credentials/email-token.repository.ts'
import { markEmailVerified } from '../credentials/mark-email-verified.ts'
import { removePassword } from '../credentials/password.repository.ts'
import { accountClaimedLetter } from '../mails/linked-identity.letters.ts'
import { removeSecondFactors } from '../second-factors/remove-second-factors.ts'
import { endSessions } from '../sessions/end-session.ts'
import type { User } from '../users/user.entity.ts'
import { removeLinkedIdentities } from './linked-identity.repository.ts'

/**
 * Gives an account that nobody ever proved to be theirs to the first who does. Whoever signed it up
 * may have done so to lie in wait (pre-hijacking), so every way in that they left is taken away:
 * password, sessions, factors, links in mails, other identities.
 */
export async function claimAccount(
  tx: IdentityContext,
  user: User,
  displayName: string | null,
): Promise<void> {
  await removePassword(tx, user.id)
  await removeSecondFactors(tx, user.id)
  await removeLinkedIdentities(tx, user.id)
  await forgetEmailTokens(tx, user.id)
  await endSessions(tx, { userId: user.id, reason: 'account-claimed' })
  if (displayName) user.displayName = displayName
  user.locale = null
  await markEmailVerified(tx, user)
  if (user.email) {
    enqueueMail(tx, accountClaimedLetter({ to: user.email, consoleUrl: tx.config.consoleUrl }))
  }
  await recordAudit(tx, {
    action: 'user.claimed',
    workspaceId: null,
    target: { type: 'user', id: user.id },
  })
}
