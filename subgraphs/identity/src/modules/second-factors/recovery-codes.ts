import type { Id } from '@logicspike/ids'
import type { IdentityContext } from '../../context.ts'
import { RecoveryCode } from './recovery-code.entity.ts'
import {
  formatRecoveryCode,
  parseRecoveryCode,
  RECOVERY_CODE_BYTES,
  RECOVERY_CODES,
  recoveryCodeFrom,
} from './recovery-code-format.ts'
import { countRecoveryCodes } from './second-factor.repository.ts'

/** Ten new codes: as they are shown, once, and what is kept of them. */
export type PreparedRecoveryCodes = {
  readonly shown: string[]
  readonly hashes: readonly string[]
}

/**
 * Makes recovery codes. To be called before the transaction, as hashing takes long: 55 bits are
 * few enough to want a slow hash (ASVS 6.5.2).
 * @throws AppError RATE_LIMITED, or SERVICE_UNAVAILABLE where too many hashes wait
 */
export async function prepareRecoveryCodes(
  ctx: Pick<IdentityContext, 'random' | 'passwords' | 'limits'>,
  userId: Id<'usr'>,
): Promise<PreparedRecoveryCodes> {
  await ctx.limits.spend('recoveryCodesByUser', userId)
  const codes = Array.from({ length: RECOVERY_CODES }, (_, position) =>
    recoveryCodeFrom(position, Buffer.from(ctx.random(RECOVERY_CODE_BYTES), 'base64url')),
  )
  return {
    shown: codes.map(formatRecoveryCode),
    hashes: await Promise.all(codes.map(({ secret }) => ctx.passwords.hash(secret))),
  }
}

/** Codes for an account that has none, to be kept if its first factor is; else null. */
export async function firstRecoveryCodes(
  ctx: Pick<IdentityContext, 'em' | 'random' | 'passwords' | 'limits'>,
  userId: Id<'usr'>,
): Promise<PreparedRecoveryCodes | null> {
  return (await countRecoveryCodes(ctx, userId)) > 0 ? null : prepareRecoveryCodes(ctx, userId)
}

/**
 * Gives an account its first codes, unless it has got some since they were made.
 * @returns what to show
 */
export async function keepFirstRecoveryCodes(
  tx: Pick<IdentityContext, 'em' | 'clock'>,
  userId: Id<'usr'>,
  codes: PreparedRecoveryCodes | null,
): Promise<string[] | null> {
  if (!codes || (await countRecoveryCodes(tx, userId)) > 0) return null
  await replaceRecoveryCodes(tx, userId, codes)
  return codes.shown
}

/** Gives an account new codes; those of before are void. */
export async function replaceRecoveryCodes(
  tx: Pick<IdentityContext, 'em' | 'clock'>,
  userId: Id<'usr'>,
  { hashes }: PreparedRecoveryCodes,
): Promise<void> {
  const createdAt = tx.clock.now()
  await removeRecoveryCodes(tx, userId)
  await tx.em.insertMany(
    RecoveryCode,
    hashes.map((hash, position) => ({ userId, position, hash, usedAt: null, createdAt })),
  )
}

export async function removeRecoveryCodes(
  tx: Pick<IdentityContext, 'em'>,
  userId: Id<'usr'>,
): Promise<void> {
  await tx.em.nativeDelete(RecoveryCode, { userId })
}

/**
 * Uses up a recovery code, in one statement, so that of two uses at once only one succeeds. Takes
 * the time of one hash whether the code could be one of the account's or not.
 * @returns whether it was one that had not been used
 */
export async function acceptRecoveryCode(
  tx: Pick<IdentityContext, 'em' | 'clock' | 'passwords'>,
  userId: Id<'usr'>,
  text: string,
): Promise<boolean> {
  const code = parseRecoveryCode(text)
  if (!code) return false
  const unused = { userId, position: code.position, usedAt: null }
  const stored = await tx.em.findOne(RecoveryCode, unused)
  const { matches } = await tx.passwords.verify(code.secret, stored?.hash ?? null)
  if (!matches || !stored) return false
  const used = await tx.em.nativeUpdate(
    RecoveryCode,
    { ...unused, hash: stored.hash },
    { usedAt: tx.clock.now() },
  )
  return used === 1
}
