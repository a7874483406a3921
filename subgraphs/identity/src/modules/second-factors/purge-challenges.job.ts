import { ok, type Success } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import { ENROLLMENT_MS } from './begin-totp-enrollment.ts'
import { Challenge } from './challenge.entity.ts'
import { TotpFactor } from './totp-factor.entity.ts'

/** Deletes questions that nobody answered in time, and seeds that nobody confirmed. */
export async function purgeChallenges(
  tx: Pick<IdentityContext, 'em' | 'clock'>,
): Promise<Success<{ purged: number }>> {
  const now = tx.clock.now()
  const challenges = await tx.em.nativeDelete(Challenge, { expiresAt: { $lt: now } })
  const seeds = await tx.em.nativeDelete(TotpFactor, {
    confirmedAt: null,
    createdAt: { $lt: new Date(now.getTime() - ENROLLMENT_MS) },
  })
  return ok({ purged: challenges + seeds })
}
