import { inTransaction } from '@logicspike/database'
import { conflict, ok, type Result, refuse, unauthenticated } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import {
  type ReauthenticationRequiredError,
  requireRecentAuthentication,
} from '../sign-in/require-recent-authentication.ts'
import { type WrongPasswordError, wrongPassword } from '../sign-in/sign-in.errors.ts'
import { type Caller, lockCurrentUser, requireCaller } from '../users/current-user.ts'
import type { User } from '../users/user.entity.ts'
import { findUser } from '../users/user.repository.ts'
import { type WeakPasswordError, weakPassword } from './credential.errors.ts'
import type { Password } from './password.entity.ts'
import { findPassword } from './password.repository.ts'
import { findPasswordProblem, findShapeProblem } from './password-policy.ts'
import { replacePassword } from './replace-password.ts'

type Input = { readonly currentPassword?: string | null; readonly newPassword: string }
type Failure = WrongPasswordError | WeakPasswordError | ReauthenticationRequiredError

/**
 * Sets another password for the caller, who gives the current one (ASVS 6.2.3); who has none, as
 * they sign in with Google or a passkey, must have done so a moment ago.
 * @throws AppError UNAUTHENTICATED, RATE_LIMITED, CONFLICT where the password changed meanwhile,
 *   SERVICE_UNAVAILABLE where too many hashes wait
 */
export async function changePassword(
  ctx: IdentityContext,
  input: Input,
): Promise<Result<User, Failure>> {
  const caller = requireCaller(ctx)
  const user = await findUser(ctx, caller.userId)
  if (!user) throw unauthenticated('the account is gone')
  const stored = await findPassword(ctx, user.id)
  const doubt = stored
    ? await checkCurrent(ctx, caller, stored, input.currentPassword ?? '')
    : requireRecentAuthentication(ctx)
  if (doubt) return refuse(doubt)
  const { email, displayName } = user
  const weakness = findPasswordProblem(input.newPassword, { email: email ?? '', displayName })
  if (weakness) return refuse(weakPassword(weakness, 'newPassword'))
  const hash = await ctx.passwords.hash(input.newPassword)
  return inTransaction(ctx, (tx) => change(tx, caller, { hash, from: stored }))
}

async function checkCurrent(
  ctx: IdentityContext,
  caller: Caller,
  stored: Password,
  password: string,
): Promise<WrongPasswordError | null> {
  const refusal = wrongPassword('currentPassword')
  const problem = findShapeProblem(password)
  if (problem && problem !== 'TOO_SHORT') return refusal
  // Counted by session: a stranger has none, and one that was stolen locks out only itself.
  await ctx.limits.spend('passwordBySession', caller.sessionId)
  const { matches } = await ctx.passwords.verify(password, stored.hash)
  if (!matches) return refusal
  await ctx.limits.forgive('passwordBySession', caller.sessionId)
  return null
}

async function change(
  tx: IdentityContext,
  { sessionId }: Caller,
  { hash, from }: { hash: string; from: Password | null },
): Promise<Result<User, never>> {
  const user = await lockCurrentUser(tx)
  const stored = await findPassword(tx, user.id)
  if (stored?.hash !== from?.hash) throw conflict()
  await replacePassword(tx, user, { hash, by: 'change', keep: sessionId })
  return ok(user)
}
