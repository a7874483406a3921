import { ok, type Success } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import { EmailToken } from './email-token.entity.ts'

/** Deletes mailed tokens that have expired. They are refused without it; this is for space only. */
export async function purgeEmailTokens(
  tx: Pick<IdentityContext, 'em' | 'clock'>,
): Promise<Success<{ purged: number }>> {
  const now = tx.clock.now()
  return ok({ purged: await tx.em.nativeDelete(EmailToken, { expiresAt: { $lt: now } }) })
}
