import { ok, type Success } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import { GoogleTransaction } from './google-transaction.entity.ts'

/** Deletes trips that nobody came back from. They are refused without it; this is for space only. */
export async function purgeGoogleTrips(
  tx: Pick<IdentityContext, 'em' | 'clock'>,
): Promise<Success<{ purged: number }>> {
  const now = tx.clock.now()
  return ok({ purged: await tx.em.nativeDelete(GoogleTransaction, { expiresAt: { $lt: now } }) })
}
