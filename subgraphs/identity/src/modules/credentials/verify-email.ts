import { ok, type Result, refuse } from '@logicspike/errors'
import { recordAudit } from '@logicspike/events'
import type { IdentityContext } from '../../context.ts'
import { isActive } from '../users/account-states.ts'
import type { EmailAddress } from '../users/email-address.ts'
import { lockUser } from '../users/user.repository.ts'
import { type InvalidTokenError, invalidToken } from './credential.errors.ts'
import { consumeEmailToken } from './email-token.repository.ts'
import { markEmailVerified } from './mark-email-verified.ts'

/**
 * Takes the token of a verification mail as proof that its reader owns the account's address. It
 * signs nobody in: a mail may be opened by a scanner, or on another device.
 */
export async function verifyEmail(
  tx: IdentityContext,
  input: { token: string },
): Promise<Result<EmailAddress, InvalidTokenError>> {
  const token = await consumeEmailToken(tx, 'verify-email', input.token)
  const user = token && (await lockUser(tx, token.userId))
  if (!user || !isActive(user) || user.email !== token.email) return refuse(invalidToken())
  await markEmailVerified(tx, user)
  await recordAudit(tx, {
    action: 'user.email_verified',
    workspaceId: null,
    target: { type: 'user', id: user.id },
  })
  return ok(token.email)
}
