import { inTransaction } from '@logicspike/database'
import { ok, type Result, refuse } from '@logicspike/errors'
import { recordAudit } from '@logicspike/events'
import { enqueueMail } from '@logicspike/mail'
import { sha256 } from '@logicspike/secrets'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import type { IdentityContext } from '../../context.ts'
import { noAccountLetter } from '../mails/no-account.letter.ts'
import { resetPasswordLetter } from '../mails/reset-password.letter.ts'
import { type EmailAddress, normalizeEmail } from '../users/email-address.ts'
import { findUserByEmail } from '../users/user.repository.ts'
import { issueEmailToken } from './email-token.repository.ts'
import { spendMailRequest } from './mail-requests.ts'

/**
 * Sends a token for a new password, also to accounts that have none yet, are not verified, or are
 * deactivated: whoever reads the mailbox may set one. Every address gets a mail and the same answer.
 * @throws AppError RATE_LIMITED
 */
export async function requestPasswordReset(
  ctx: IdentityContext,
  input: { email: string },
): Promise<Result<EmailAddress, InvalidInputError>> {
  const email = normalizeEmail(input.email)
  if (!email) return refuse(invalidInput('This is no e-mail address.', 'email'))
  const mayWrite = await spendMailRequest(ctx, 'reset-password', email)
  return mayWrite ? inTransaction(ctx, (tx) => writeTo(tx, email)) : ok(email)
}

async function writeTo(
  tx: IdentityContext,
  email: EmailAddress,
): Promise<Result<EmailAddress, never>> {
  const found = await findUserByEmail(tx, email)
  const user = found?.status === 'closing' ? null : found
  const token = await issueEmailToken(tx, {
    purpose: 'reset-password',
    userId: user?.id ?? null,
    email,
  })
  const facts = { to: email, consoleUrl: tx.config.consoleUrl }
  enqueueMail(tx, user ? resetPasswordLetter({ ...facts, token }) : noAccountLetter(facts))
  await recordAudit(tx, {
    action: 'user.password_reset_requested',
    workspaceId: null,
    target: user ? { type: 'user', id: user.id } : { type: 'address', id: sha256(email) },
  })
  return ok(email)
}
