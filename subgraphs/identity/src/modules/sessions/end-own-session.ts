import { notFound, ok, type Result } from '@logicspike/errors'
import { parseId } from '@logicspike/ids'
import type { IdentityContext } from '../../context.ts'
import { requireCaller } from '../users/current-user.ts'
import { endSession } from './end-session.ts'
import type { Session } from './session.entity.ts'
import { lockSession } from './session.repository.ts'
import { isLive } from './session-rules.ts'

/**
 * Ends a session of the caller's, seen in their list.
 * @throws AppError NOT_FOUND where it is not theirs or has ended already
 */
export async function endOwnSession(
  tx: IdentityContext,
  input: { sessionId: string },
): Promise<Result<Session, never>> {
  const { userId } = requireCaller(tx)
  const sessionId = parseId('session', input.sessionId)
  const session = sessionId && (await lockSession(tx, sessionId))
  if (session?.userId !== userId || !isLive(session, tx.clock.now())) throw notFound('session')
  await endSession(tx, { sessionId: session.id, reason: 'ended-by-owner' })
  return ok(session)
}
