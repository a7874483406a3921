import { inTransaction } from '@logicspike/database'
import { ok, type Result, refuse } from '@logicspike/errors'
import { enqueueMail } from '@logicspike/mail'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import type { IdentityContext } from '../../context.ts'
import { accountExistsLetter } from '../mails/account-exists.letter.ts'
import { noAccountLetter } from '../mails/no-account.letter.ts'
import { verifyEmailLetter } from '../mails/verify-email.letter.ts'
import { isActive } from '../users/account-states.ts'
import { type EmailAddress, normalizeEmail } from '../users/email-address.ts'
import { findUserByEmail } from '../users/user.repository.ts'
import { issueEmailToken } from './email-token.repository.ts'
import { spendMailRequest } from './mail-requests.ts'

/**
 * Sends the verification mail again. Every address gets a mail and the same answer; only the mail
 * says whether there is an account to verify.
 * @throws AppError RATE_LIMITED
 */
export async function resendVerificationEmail(
  ctx: IdentityContext,
  input: { email: string },
): Promise<Result<EmailAddress, InvalidInputError>> {
  const email = normalizeEmail(input.email)
  if (!email) return refuse(invalidInput('This is no e-mail address.', 'email'))
  const mayWrite = await spendMailRequest(ctx, 'verify-email', email)
  return mayWrite ? inTransaction(ctx, (tx) => writeAgain(tx, email)) : ok(email)
}

async function writeAgain(
  tx: IdentityContext,
  email: EmailAddress,
): Promise<Result<EmailAddress, never>> {
  const user = await findUserByEmail(tx, email)
  const waiting = user && isActive(user) && !user.emailVerified ? user : null
  const userId = waiting?.id ?? null
  const token = await issueEmailToken(tx, { purpose: 'verify-email', userId, email })
  const facts = { to: email, consoleUrl: tx.config.consoleUrl }
  if (waiting) enqueueMail(tx, verifyEmailLetter({ ...facts, token }))
  else enqueueMail(tx, user ? accountExistsLetter(facts) : noAccountLetter(facts))
  return ok(email)
}
