import { ok, type Result, refuse } from '@logicspike/errors'
import { publishEvent, recordAudit } from '@logicspike/events'
import { enqueueMail } from '@logicspike/mail'
import type { IdentityContext } from '../../context.ts'
import { emailChangedLetter } from '../mails/email-change.letters.ts'
import { lockCurrentUser } from '../users/current-user.ts'
import type { User } from '../users/user.entity.ts'
import { findUserByEmail, lockEmail } from '../users/user.repository.ts'
import { type InvalidTokenError, invalidToken } from './credential.errors.ts'
import { consumeEmailToken, forgetEmailTokens } from './email-token.repository.ts'

/**
 * Moves the caller's account to the address that a token was sent to. The caller must be signed in
 * to that account: the token alone would let anybody talk a reader of the mailbox into giving their
 * address to a stranger's account.
 * @throws AppError UNAUTHENTICATED
 */
export async function confirmEmailChange(
  tx: IdentityContext,
  input: { token: string },
): Promise<Result<User, InvalidTokenError>> {
  const user = await lockCurrentUser(tx)
  const token = await consumeEmailToken(tx, 'change-email', input.token)
  if (token?.userId !== user.id) return refuse(invalidToken())
  await lockEmail(tx, token.email)
  if (await findUserByEmail(tx, token.email)) return refuse(invalidToken())
  const before = user.email
  user.email = token.email
  user.emailVerified = true
  // Mails on their way to the old address must not open the account any more.
  await forgetEmailTokens(tx, user.id)
  if (before) enqueueMail(tx, emailChangedLetter({ to: before, consoleUrl: tx.config.consoleUrl }))
  await announce(tx, user)
  return ok(user)
}

async function announce(tx: IdentityContext, user: User): Promise<void> {
  await publishEvent(tx, {
    type: 'user.email_changed',
    workspaceId: null,
    subject: user.id,
    data: { userId: user.id },
  })
  await recordAudit(tx, {
    action: 'user.email_changed',
    workspaceId: null,
    target: { type: 'user', id: user.id },
  })
}
