import { newId } from '@logicspike/ids'
import type { EventBus, LoggedEvent } from '../../src/index.ts'

type Listener = (events: readonly LoggedEvent[]) => void

/** A log in memory, for tests of what reads one; the real one has its own tests. */
export function memoryLog() {
  const events: LoggedEvent[] = []
  const listeners = new Set<Listener>()
  const head = () => events.at(-1)?.position ?? 0
  const bus: Pick<EventBus, 'reader' | 'tail'> = {
    reader: {
      afterPosition: async (position, limit) =>
        events.filter((it) => it.position > position).slice(0, limit),
      afterSeq: async () => [],
      bounds: async () => ({ oldestSeq: 0, headSeq: 0 }),
      headPosition: async () => head(),
    },
    tail: {
      start: async () => {},
      stop: async () => {},
      onEvents(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
      get position() {
        return head()
      },
      connected: true,
      onConnection: () => () => {},
    },
  }
  return {
    bus,
    events,
    /** Puts an event in the log, and tells nobody where `silently`. */
    append(given: Partial<LoggedEvent> = {}, { silently = false } = {}): LoggedEvent {
      const event = { ...anEvent(), position: head() + 1, ...given }
      events.push(event)
      if (!silently) for (const listener of listeners) listener([event])
      return event
    },
  }
}

export function anEvent(given: Partial<LoggedEvent> = {}): LoggedEvent {
  const tenantId = newId('workspace')
  return {
    ...{ position: 1, tenantId, seq: 1, id: newId('event'), type: 'workspace.suspended' },
    ...{ version: 1, class: 'domain', source: 'tenancy', subject: tenantId, actor: null },
    data: { workspaceId: tenantId },
    ...{ correlationId: 'req-1', causationId: null, traceparent: null },
    ...{ occurredAt: new Date(), recordedAt: new Date() },
    ...given,
  }
}
