import { ok, type Result, refuse } from '@logicspike/errors'
import { recordAudit } from '@logicspike/events'
import type { Id } from '@logicspike/ids'
import { sha256 } from '@logicspike/secrets'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import type { IdentityContext } from '../../context.ts'
import { type EmailAddress, normalizeEmail } from '../users/email-address.ts'
import type { User } from '../users/user.entity.ts'
import { findUserByEmail, lockUser } from '../users/user.repository.ts'
import { type InvalidCredentialsError, invalidCredentials } from './credential.errors.ts'
import { readDevice } from './known-device.ts'
import type { Password } from './password.entity.ts'
import { findPassword, rehashPassword } from './password.repository.ts'
import { findShapeProblem } from './password-policy.ts'
import { spendPasswordTry } from './password-tries.ts'

export type PasswordAttempt = {
  readonly email: string
  readonly password: string
  /** From the input; browsers bring it in a cookie. */
  readonly deviceToken?: string | null | undefined
}

/** Somebody gave the right password of an account a moment ago. */
export type PasswordProof = {
  readonly userId: Id<'usr'>
  /** The stored password that was right. */
  readonly stored: { readonly hash: string; readonly changedAt: Date }
  /** Its successor where the hash is outdated. */
  readonly rehash: string | null
}

/**
 * Compares a password with that of an address, outside any transaction, since hashing takes long.
 * An unknown address, an account without a password and a wrong password cost the same: one count,
 * one hash, one audit record.
 * @throws AppError RATE_LIMITED, or SERVICE_UNAVAILABLE where too many hashes wait
 */
export async function provePassword(
  ctx: IdentityContext,
  attempt: PasswordAttempt,
): Promise<Result<PasswordProof, InvalidInputError | InvalidCredentialsError>> {
  const email = normalizeEmail(attempt.email)
  if (!email) return refuse(invalidInput('This is no e-mail address.', 'email'))
  const problem = findShapeProblem(attempt.password)
  if (problem && problem !== 'TOO_SHORT') {
    return refuse(invalidInput('This is no password.', 'password'))
  }
  const deviceId = await knownDevice(ctx, attempt, email)
  const counted = await spendPasswordTry(ctx, { email, deviceId })
  const { user, stored } = await findAccount(ctx, email)
  const { matches, outdated } = await ctx.passwords.verify(attempt.password, stored?.hash ?? null)
  if (!stored || !matches) {
    await recordWrongPassword(ctx, user, email)
    return refuse(invalidCredentials())
  }
  await counted.succeed()
  const rehash = outdated ? await ctx.passwords.hash(attempt.password) : null
  const { userId, hash, changedAt } = stored
  return ok({ userId, stored: { hash, changedAt }, rehash })
}

/**
 * Holds the account of a proof until the end of the transaction, and brings its hash up to date.
 * @returns null where the password was changed since it was proved
 */
export async function acceptPasswordProof(
  tx: IdentityContext,
  proof: PasswordProof,
): Promise<User | null> {
  const { userId, rehash } = proof
  const user = await lockUser(tx, userId)
  const stored = await findPassword(tx, userId)
  if (!user || !stored || !isSamePassword(stored, proof)) return null
  if (rehash) await rehashPassword(tx, userId, proof.stored.hash, rehash)
  return user
}

/** The hash, or what a parallel sign-in has renewed it to: that leaves the time of change alone. */
const isSamePassword = (now: Password, { stored, rehash }: PasswordProof): boolean =>
  now.hash === stored.hash ||
  (rehash !== null && now.changedAt.getTime() === stored.changedAt.getTime())

async function findAccount(
  ctx: IdentityContext,
  email: EmailAddress,
): Promise<{ user: User | null; stored: Password | null }> {
  const user = await findUserByEmail(ctx, email)
  return { user, stored: user && (await findPassword(ctx, user.id)) }
}

/** The account is looked up for who brings a note only: strangers are counted before any query. */
async function knownDevice(
  ctx: IdentityContext,
  attempt: PasswordAttempt,
  email: EmailAddress,
): Promise<string | null> {
  const device = readDevice(ctx, attempt.deviceToken)
  if (!device) return null
  const { stored } = await findAccount(ctx, email)
  if (!stored || device.userId !== stored.userId) return null
  return device.rememberedAt >= stored.changedAt ? device.deviceId : null
}

async function recordWrongPassword(
  ctx: IdentityContext,
  user: User | null,
  email: EmailAddress,
): Promise<void> {
  await recordAudit(ctx, {
    action: 'session.sign_in_failed',
    outcome: 'refused',
    workspaceId: null,
    target: user ? { type: 'user', id: user.id } : { type: 'address', id: sha256(email) },
    details: { reason: 'wrong-password' },
  })
}
