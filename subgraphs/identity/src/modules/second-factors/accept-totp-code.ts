import type { Id } from '@logicspike/ids'
import type { IdentityContext } from '../../context.ts'
import { findTotp } from './second-factor.repository.ts'
import { findTimeStep } from './totp-code.ts'
import { TotpFactor } from './totp-factor.entity.ts'

/** Ties a sealed seed to its account: copied to another row, it does not open. */
export const seedContext = (userId: Id<'usr'>): string => `totp:${userId}`

/**
 * Uses up a code of the account's app. The time step moves in one statement and only forward, so
 * that of two uses of one code at once only one succeeds, and no code of an earlier step does after.
 * @returns whether it was a code that had not been used
 */
export async function acceptTotpCode(
  tx: Pick<IdentityContext, 'em' | 'clock' | 'secretBox'>,
  userId: Id<'usr'>,
  code: string,
): Promise<boolean> {
  const factor = await findTotp(tx, userId)
  if (!factor) return false
  const step = await findTimeStep({
    seed: tx.secretBox.open(factor.sealedSeed, seedContext(userId)),
    code,
    now: tx.clock.now(),
    lastStep: factor.lastStep,
  })
  if (step === null) return false
  const moved = await tx.em.nativeUpdate(
    TotpFactor,
    { id: factor.id, lastStep: { $lt: step } },
    { lastStep: step },
  )
  return moved === 1
}
