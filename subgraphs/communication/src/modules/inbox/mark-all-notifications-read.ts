import { ok, type Result } from '@logicspike/errors'
import { requireUser } from '@logicspike/subgraph-kit'
import type { CommunicationContext } from '../../context.ts'
import { markRead } from './inbox.repository.ts'

/**
 * Marks everything in the caller's inbox as read.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN (a service has no inbox)
 */
export async function markAllNotificationsRead(
  tx: CommunicationContext,
): Promise<Result<null, never>> {
  const { userId } = requireUser(tx)
  await markRead(tx, userId)
  return ok(null)
}
