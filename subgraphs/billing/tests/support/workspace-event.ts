import type { LoggedEvent } from '@logicspike/events'
import { newId } from '@logicspike/ids'

let position = 0

/** An event of tenancy's as it stands in the log. */
export function aWorkspaceEvent(
  type: `workspace.${string}`,
  workspaceId: string,
  occurredAt: Date,
): LoggedEvent {
  position += 1
  return {
    position,
    tenantId: workspaceId,
    seq: position,
    id: newId('event'),
    type,
    version: 1,
    class: 'domain',
    source: 'tenancy',
    subject: workspaceId,
    actor: null,
    data: { workspaceId },
    correlationId: null,
    causationId: null,
    traceparent: null,
    occurredAt,
    recordedAt: occurredAt,
  }
}
