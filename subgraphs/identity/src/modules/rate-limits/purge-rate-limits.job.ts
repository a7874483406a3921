import { ok, type Success } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import { RateLimit } from './rate-limit.entity.ts'

/** Forgets counts whose window is over. They mean nothing any more; this is for space only. */
export async function purgeRateLimits(
  tx: Pick<IdentityContext, 'em'>,
): Promise<Success<{ purged: number }>> {
  // The limiter writes the machine's time, so that is what counts here too.
  return ok({ purged: await tx.em.nativeDelete(RateLimit, { expire: { $lt: Date.now() } }) })
}
