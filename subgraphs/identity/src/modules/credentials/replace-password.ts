import { publishEvent, recordAudit } from '@logicspike/events'
import { enqueueMail } from '@logicspike/mail'
import type { IdentityContext } from '../../context.ts'
import { passwordChangedLetter } from '../mails/password-changed.letter.ts'
import { forgetChallenges } from '../second-factors/challenge.repository.ts'
import { endSessions } from '../sessions/end-session.ts'
import type { User } from '../users/user.entity.ts'
import { forgetEmailTokens } from './email-token.repository.ts'
import { setPassword } from './password.repository.ts'

type Change = {
  readonly hash: string
  readonly by: 'change' | 'reset'
  /** The session that goes on; none where the owner was not signed in. */
  readonly keep?: string
}

/**
 * Gives a locked account another password, and with it a fresh start: other sessions and
 * sign-ins under way end, and tokens in mails are void. The latter matters for a change of address that somebody else began
 * while they had the account: confirmed later, it would give the account back to them.
 */
export async function replacePassword(
  tx: IdentityContext,
  user: User,
  { hash, by, keep }: Change,
): Promise<void> {
  await setPassword(tx, user.id, hash)
  await forgetEmailTokens(tx, user.id)
  await forgetChallenges(tx, user.id)
  await endSessions(tx, { userId: user.id, reason: 'password-changed', except: keep ?? null })
  if (user.email) {
    const { consoleUrl } = tx.config
    enqueueMail(tx, passwordChangedLetter({ to: user.email, consoleUrl }))
  }
  await publishEvent(tx, {
    type: 'user.password_changed',
    workspaceId: null,
    subject: user.id,
    data: { userId: user.id, by },
  })
  await recordAudit(tx, {
    action: 'user.password_changed',
    workspaceId: null,
    target: { type: 'user', id: user.id },
    details: { by },
  })
}
