import type { EventData, EventType, LoggedEvent } from '@logicspike/events'
import { newId } from '@logicspike/ids'

let position = 0

/** An event as it stands in the log. */
export function anEvent<T extends EventType>(
  type: T,
  data: EventData<T>,
  extra: Partial<Pick<LoggedEvent, 'tenantId' | 'actor' | 'occurredAt' | 'class'>> = {},
): LoggedEvent {
  position += 1
  const { workspaceId = null } = data as { readonly workspaceId?: string }
  return {
    ...{ position, seq: position, id: newId('event'), type, version: 1, class: 'domain' },
    ...{ source: 'test', subject: 'test', actor: null, data, tenantId: workspaceId },
    ...{ correlationId: null, causationId: null, traceparent: null },
    ...{ occurredAt: new Date(), recordedAt: new Date() },
    ...extra,
  }
}
