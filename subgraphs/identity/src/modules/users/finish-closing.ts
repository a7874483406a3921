import { publishEvent, recordAudit } from '@logicspike/events'
import { enqueueMail } from '@logicspike/mail'
import type { IdentityContext } from '../../context.ts'
import { forgetEmailTokens } from '../credentials/email-token.repository.ts'
import { accountDeactivatedLetter, accountDeletedLetter } from '../mails/account-closed.letters.ts'
import { forgetChallenges } from '../second-factors/challenge.repository.ts'
import { endSessions } from '../sessions/end-session.ts'
import { assertTransition } from './account-states.ts'
import { eraseUser } from './erase-user.ts'
import type { User } from './user.entity.ts'
import { lockUser } from './user.repository.ts'

/** The last step of closing an account that has left its workspaces. Repeating it does nothing. */
export async function finishClosing(tx: IdentityContext, userId: string): Promise<void> {
  const user = await lockUser(tx, userId)
  if (user?.status !== 'closing' || !user.closingTo) return
  const to = user.closingTo
  const reason = to === 'deleted' ? 'account-deleted' : 'account-deactivated'
  await endSessions(tx, { userId: user.id, reason })
  await forgetEmailTokens(tx, user.id)
  await forgetChallenges(tx, user.id)
  tellOwner(tx, user, to)
  assertTransition(user.status, to)
  user.status = to
  user.closingTo = null
  user.closingSince = null
  if (to === 'deleted') await eraseUser(tx, user)
  await announce(tx, user, to)
}

function tellOwner(tx: IdentityContext, { email }: User, to: 'deactivated' | 'deleted'): void {
  if (!email) return
  const facts = { to: email, consoleUrl: tx.config.consoleUrl }
  enqueueMail(tx, to === 'deleted' ? accountDeletedLetter(facts) : accountDeactivatedLetter(facts))
}

async function announce(
  tx: IdentityContext,
  user: User,
  to: 'deactivated' | 'deleted',
): Promise<void> {
  await publishEvent(tx, {
    type: `user.${to}`,
    workspaceId: null,
    subject: user.id,
    data: { userId: user.id },
  })
  await recordAudit(tx, {
    action: `user.${to}`,
    workspaceId: null,
    target: { type: 'user', id: user.id },
  })
}
