import { type EventData, publishEvent, recordAudit } from '@logicspike/events'
import type { CommunicationContext } from '../../context.ts'
import type { SlackConnection } from './slack-connection.entity.ts'

type SlackEvent =
  | 'slack_connection.connected'
  | 'slack_connection.disconnected'
  | 'slack_connection.broken'

/** Tells of a change in its own transaction: the event for those who follow, the fact for auditors. */
export async function announceSlack<T extends SlackEvent>(
  tx: CommunicationContext,
  type: T,
  { id, tenantId: workspaceId }: Pick<SlackConnection, 'id' | 'tenantId'>,
  data: Omit<EventData<T>, 'workspaceId' | 'slackConnectionId'>,
): Promise<void> {
  const facts = { ...data, workspaceId, slackConnectionId: id } as EventData<T>
  await publishEvent(tx, { type, workspaceId, subject: id, data: facts })
  const target = { type: 'slack-connection', id }
  await recordAudit(tx, { action: type, workspaceId, target, details: { ...facts } })
}
