import type { EventEnvironment } from '@logicspike/environment'
import type { Logger } from '@logicspike/telemetry'
import { createEventBus } from './create-event-bus.ts'
import type { EventBus } from './event-bus.ts'

/** The way to the event log of a process that is configured by its environment. */
export const connectEventBus = (environment: EventEnvironment, log: Logger): EventBus =>
  createEventBus({
    tenantReaderUrl: environment.EVENTS_URL,
    consumerUrl: environment.EVENTS_CONSUMER_URL,
    log,
    natsUrl: environment.NATS_URL,
    production: environment.NODE_ENV === 'production',
  })
