import type { Id } from '@logicspike/ids'
import type { SecondFactorMethod } from '../../__generated__/resolvers.ts'
import type { IdentityContext } from '../../context.ts'
import { Passkey } from './passkey.entity.ts'
import { RecoveryCode } from './recovery-code.entity.ts'
import { TotpFactor } from './totp-factor.entity.ts'

type Reading = Pick<IdentityContext, 'em'>

/** What an account has for the second step of a sign-in. */
export type SecondFactors = {
  /** Whether a sign-in takes a second step. Recovery codes alone ask for none. */
  readonly isActive: boolean
  readonly totp: { readonly id: Id<'crd'>; readonly confirmedAt: Date } | null
  /** Oldest first. */
  readonly passkeys: readonly Passkey[]
  readonly recoveryCodesLeft: number
}

/** The confirmed factors of an account, as the transaction sees them. */
export async function findSecondFactors(ctx: Reading, userId: Id<'usr'>): Promise<SecondFactors> {
  const totp = await findTotp(ctx, userId)
  const passkeys = await findPasskeys(ctx, userId)
  return {
    isActive: totp !== null || passkeys.length > 0,
    totp: totp?.confirmedAt ? { id: totp.id, confirmedAt: totp.confirmedAt } : null,
    passkeys,
    recoveryCodesLeft: await countRecoveryCodes(ctx, userId),
  }
}

/** What will do for the second step, the strongest first. */
export function methodsOf(factors: SecondFactors): SecondFactorMethod[] {
  const methods: [SecondFactorMethod, boolean][] = [
    ['PASSKEY', factors.passkeys.length > 0],
    ['TOTP', factors.totp !== null],
    ['RECOVERY_CODE', factors.isActive && factors.recoveryCodesLeft > 0],
  ]
  return methods.flatMap(([method, usable]) => (usable ? [method] : []))
}

/** The authenticator app that is set up; null where there is none or it is not confirmed yet. */
export const findTotp = (ctx: Reading, userId: Id<'usr'>): Promise<TotpFactor | null> =>
  ctx.em.findOne(TotpFactor, { userId, confirmedAt: { $ne: null } })

/** The authenticator app that is being set up. */
export const findPendingTotp = (ctx: Reading, userId: Id<'usr'>): Promise<TotpFactor | null> =>
  ctx.em.findOne(TotpFactor, { userId, confirmedAt: null })

/** Passkeys of an account, oldest first. */
export const findPasskeys = (ctx: Reading, userId: Id<'usr'>): Promise<Passkey[]> =>
  ctx.em.find(Passkey, { userId }, { orderBy: { createdAt: 'asc', id: 'asc' } })

/** Whose passkey a credential is; null where it is nobody's. */
export async function findPasskeyOwner(
  ctx: Reading,
  credentialId: string,
): Promise<Id<'usr'> | null> {
  return (await ctx.em.findOne(Passkey, { credentialId }))?.userId ?? null
}

/** Recovery codes of an account that are not used up. */
export const countRecoveryCodes = (ctx: Reading, userId: Id<'usr'>): Promise<number> =>
  ctx.em.count(RecoveryCode, { userId, usedAt: null })
