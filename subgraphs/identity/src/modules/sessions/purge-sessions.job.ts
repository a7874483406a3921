import { ok, type Result } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import { RefreshToken } from './refresh-token.entity.ts'
import { Session } from './session.entity.ts'

/** Consumed tokens are needed while a replay may be answered; their family tells of them later. */
const TOKEN_RETENTION_MS = 3_600_000

/** An ended session is kept while verifiers may still ask for its epoch, and for support. */
const SESSION_RETENTION_MS = 7 * 86_400_000

/** Deletes what no longer matters: old generations of refresh tokens, sessions long over. */
export async function purgeSessions(
  tx: Pick<IdentityContext, 'em' | 'clock'>,
): Promise<Result<null, never>> {
  const now = tx.clock.now().getTime()
  const sessionsBefore = new Date(now - SESSION_RETENTION_MS)
  await tx.em.nativeDelete(RefreshToken, {
    consumedAt: { $lt: new Date(now - TOKEN_RETENTION_MS) },
  })
  await tx.em.nativeDelete(Session, {
    $or: [{ endedAt: { $lt: sessionsBefore } }, { expiresAt: { $lt: sessionsBefore } }],
  })
  return ok(null)
}
