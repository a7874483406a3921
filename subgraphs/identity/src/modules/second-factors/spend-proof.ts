import type { Id } from '@logicspike/ids'
import type { IdentityContext } from '../../context.ts'
import type { LimitName } from '../rate-limits/limits.ts'
import type { Proof } from './proof.ts'

/** Where a proof is asked for. Each has counts of its own: using up one leaves the other alone. */
export type ProofStage = 'sign-in' | 'step-up'

/** Each method has a pool of its own, so that wrong codes of an app never bar a passkey. */
const limitsOf: Readonly<Record<Proof['method'], readonly LimitName[]>> = {
  TOTP: ['totpByUser', 'totpByUserInADay'],
  RECOVERY_CODE: ['recoveryCodeByUser'],
  PASSKEY: ['passkeyByUser'],
}

/**
 * Counts one try of a method for an account, before it is verified and before any transaction.
 * @returns gives the try back; to be called when it turns out right
 * @throws AppError RATE_LIMITED
 */
export async function spendProof(
  ctx: Pick<IdentityContext, 'limits'>,
  stage: ProofStage,
  userId: Id<'usr'>,
  method: Proof['method'],
): Promise<() => Promise<void>> {
  const key = `${stage}:${userId}`
  const names = limitsOf[method]
  for (const name of names) await ctx.limits.spend(name, key)
  return async () => {
    for (const name of names) await ctx.limits.refund(name, key)
  }
}
