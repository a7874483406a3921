import type { CommunicationContext } from '../../context.ts'
import { announceSlack } from './announce-slack.ts'
import type { SlackConnection } from './slack-connection.entity.ts'
import { lockSlackConnection } from './slack-connection.repository.ts'

/**
 * Notes that Slack takes nothing by this connection any more, and tells of it once, however many
 * messages find out at the same time. One that was replaced meanwhile is nobody's concern.
 */
export async function markSlackBroken(
  tx: CommunicationContext,
  id: SlackConnection['id'],
  reason: string,
): Promise<void> {
  const connection = await lockSlackConnection(tx, id)
  if (connection?.status !== 'ACTIVE') return
  connection.status = 'BROKEN'
  connection.brokenReason = reason
  connection.brokenAt = tx.clock.now()
  await tx.em.flush()
  await announceSlack(tx, 'slack_connection.broken', connection, { reason })
}

/** Notes that a message was taken after all, such as after the channel was opened again. */
export async function markSlackWorking(
  tx: CommunicationContext,
  id: SlackConnection['id'],
): Promise<void> {
  const connection = await lockSlackConnection(tx, id)
  if (connection?.status !== 'BROKEN') return
  connection.status = 'ACTIVE'
  connection.brokenReason = null
  connection.brokenAt = null
  await tx.em.flush()
}
