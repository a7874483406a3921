import type { Logger } from '@logicspike/telemetry'
import type { EventBus } from './event-bus.ts'
import { createEventReader } from './log/create-event-reader.ts'
import { createNatsTail } from './nats/create-nats-tail.ts'
import { createEventTail } from './tail/create-event-tail.ts'

export type EventBusOptions = {
  /** As `events_reader`: one tenant's events at a time. */
  readonly tenantReaderUrl: string
  /** As `events_consumer`: all of them. Not through a pooler: the tail listens. */
  readonly consumerUrl: string
  readonly log: Logger
  /** Follows the log over this JetStream instead of PostgreSQL's notifications. */
  readonly natsUrl?: string | undefined
  /** Warns of a NATS server that is not fit for production. */
  readonly production?: boolean
  /** How often the tail looks without having been woken; default 1,000 ms. */
  readonly pollMs?: number
}

/** A process's way to the event log. Opens connections on demand; the tail, when it is started. */
export function createEventBus(options: EventBusOptions): EventBus {
  const reader = createEventReader(options)
  const { natsUrl } = options
  const tail = natsUrl ? createNatsTail({ ...options, natsUrl, reader }) : createEventTail(options)
  return {
    reader,
    tail,
    async close() {
      await tail.stop()
      await reader.close()
    },
  }
}
