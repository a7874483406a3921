import { inTransaction } from '@logicspike/database'
import { ok, type Result, refuse } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import type { Delivery } from '../sessions/session-rules.ts'
import type { EmailAddress } from '../users/email-address.ts'
import { findUser, lockUser } from '../users/user.repository.ts'
import {
  type InvalidTokenError,
  invalidToken,
  type WeakPasswordError,
  weakPassword,
} from './credential.errors.ts'
import { consumeEmailToken, findEmailToken } from './email-token.repository.ts'
import { deliverDevice } from './known-device.ts'
import { spendTokenTry } from './mail-requests.ts'
import { markEmailVerified } from './mark-email-verified.ts'
import { findPasswordProblem } from './password-policy.ts'
import { replacePassword } from './replace-password.ts'

type Input = { readonly token: string; readonly newPassword: string; readonly delivery: Delivery }

export type ResetPassword = {
  readonly email: EmailAddress
  /** Null where a cookie carries it. */
  readonly deviceToken: string | null
}

/**
 * Sets a new password on the word of the mailbox. The token is looked at before anything is hashed
 * and used up only if all goes well, so that a weak password does not cost it. Nobody is signed in,
 * and second factors stay as they are (ASVS 6.4.3).
 * @throws AppError RATE_LIMITED, or SERVICE_UNAVAILABLE where too many hashes wait
 */
export async function resetPassword(
  ctx: IdentityContext,
  input: Input,
): Promise<Result<ResetPassword, InvalidTokenError | WeakPasswordError>> {
  await spendTokenTry(ctx)
  const token = await findEmailToken(ctx, 'reset-password', input.token)
  const user = token?.userId ? await findUser(ctx, token.userId) : null
  if (!token || !user) return refuse(invalidToken())
  const weakness = findPasswordProblem(input.newPassword, {
    email: token.email,
    displayName: user.displayName,
  })
  if (weakness) return refuse(weakPassword(weakness, 'newPassword'))
  const hash = await ctx.passwords.hash(input.newPassword)
  return inTransaction(ctx, (tx) => reset(tx, input, hash))
}

async function reset(
  tx: IdentityContext,
  input: Input,
  hash: string,
): Promise<Result<ResetPassword, InvalidTokenError>> {
  const token = await consumeEmailToken(tx, 'reset-password', input.token)
  const user = token && (await lockUser(tx, token.userId))
  if (!user || user.status === 'closing' || user.email !== token.email) {
    return refuse(invalidToken())
  }
  await replacePassword(tx, user, { hash, by: 'reset' })
  // Whoever reads the mailbox has just proved what the verification mail asks to prove.
  await markEmailVerified(tx, user)
  // A device on which the owner freed the account from a siege must not be besieged at once.
  const deviceToken = deliverDevice(tx, user.id, input.delivery)
  return ok({ email: token.email, deviceToken })
}
