import { ok, type Success } from '@logicspike/errors'
import { requirePermission } from '@logicspike/subgraph-kit'
import type { CommunicationContext } from '../../context.ts'
import { announceSlack } from './announce-slack.ts'
import type { SlackConnection } from './slack-connection.entity.ts'
import { requireSlackConnection } from './slack-connection.repository.ts'

/**
 * Forgets the connection and its secret.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN, NOT_FOUND
 */
export async function disconnectSlack(
  tx: CommunicationContext,
  input: { readonly id: string },
): Promise<Success<SlackConnection['id']>> {
  requirePermission(tx, 'communication:slack.manage')
  const connection = await requireSlackConnection(tx, input.id)
  const { id, tenantId } = connection
  await tx.em.remove(connection).flush()
  await announceSlack(tx, 'slack_connection.disconnected', { id, tenantId }, {})
  return ok(id)
}
