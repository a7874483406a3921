import { type EventData, type EventType, publishEvent, recordAudit } from '@logicspike/events'
import { currentWorkspaceId } from '@logicspike/subgraph-kit'
import type { TenancyContext } from './context.ts'

type DomainEvent = Exclude<EventType, 'audit.recorded' | 'epoch.bumped'>

/**
 * Tells of a change in its own transaction: the event for those who follow, and the same fact with
 * who and whence for auditors.
 * @param subject the object it is about: its type for auditors, and its id
 */
export async function announce<T extends DomainEvent>(
  tx: TenancyContext,
  type: T,
  subject: { readonly type: string; readonly id: string },
  data: EventData<T>,
): Promise<void> {
  const workspaceId = currentWorkspaceId(tx)
  await publishEvent(tx, { type, workspaceId, subject: subject.id, data })
  await recordAudit(tx, { action: type, workspaceId, target: subject, details: { ...data } })
}
