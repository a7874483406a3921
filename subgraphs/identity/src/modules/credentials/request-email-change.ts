import { inTransaction } from '@logicspike/database'
import { ok, type Result, refuse } from '@logicspike/errors'
import { recordAudit } from '@logicspike/events'
import { enqueueMail } from '@logicspike/mail'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import type { IdentityContext } from '../../context.ts'
import {
  confirmNewEmailLetter,
  emailChangeRequestedLetter,
  newEmailTakenLetter,
} from '../mails/email-change.letters.ts'
import {
  type ReauthenticationRequiredError,
  requireRecentAuthentication,
} from '../sign-in/require-recent-authentication.ts'
import { lockCurrentUser, requireCaller } from '../users/current-user.ts'
import { type EmailAddress, normalizeEmail } from '../users/email-address.ts'
import { findUserByEmail } from '../users/user.repository.ts'
import { issueEmailToken } from './email-token.repository.ts'
import { spendMailRequest } from './mail-requests.ts'

/**
 * Sends a token to the address that the caller wants to move to, and a warning to the one they
 * have. A free address and one that has an account get one mail each, and the same answer.
 * @throws AppError UNAUTHENTICATED, RATE_LIMITED
 */
export async function requestEmailChange(
  ctx: IdentityContext,
  input: { newEmail: string },
): Promise<Result<EmailAddress, InvalidInputError | ReauthenticationRequiredError>> {
  const { userId } = requireCaller(ctx)
  const stale = requireRecentAuthentication(ctx)
  if (stale) return refuse(stale)
  const email = normalizeEmail(input.newEmail)
  if (!email) return refuse(invalidInput('This is no e-mail address.', 'newEmail'))
  await ctx.limits.spend('emailChangeByUser', userId)
  const mayWrite = await spendMailRequest(ctx, 'change-email', email)
  return mayWrite ? inTransaction(ctx, (tx) => ask(tx, email)) : ok(email)
}

async function ask(
  tx: IdentityContext,
  email: EmailAddress,
): Promise<Result<EmailAddress, InvalidInputError>> {
  const user = await lockCurrentUser(tx)
  if (user.email === email) return refuse(invalidInput('This is your address.', 'newEmail'))
  const taken = (await findUserByEmail(tx, email)) !== null
  const userId = taken ? null : user.id
  const token = await issueEmailToken(tx, { purpose: 'change-email', userId, email })
  const { consoleUrl } = tx.config
  const facts = { to: email, consoleUrl }
  enqueueMail(tx, taken ? newEmailTakenLetter(facts) : confirmNewEmailLetter({ ...facts, token }))
  if (user.email) enqueueMail(tx, emailChangeRequestedLetter({ to: user.email, consoleUrl }))
  await recordAudit(tx, {
    action: 'user.email_change_requested',
    workspaceId: null,
    target: { type: 'user', id: user.id },
  })
  return ok(email)
}
