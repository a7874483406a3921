export { catalogue, type EventData, type EventType, eventJsonSchema } from './catalogue.ts'
export { type CloudEvent, fromCloudEvent, toCloudEvent } from './cloud-event.ts'
export { connectEventBus } from './connect-event-bus.ts'
export { consumerEntities } from './consumers/consumer-entities.ts'
export { consumerMetrics } from './consumers/consumer-metrics.ts'
export type {
  ConsumerStatus,
  EventConsumer,
  EventConsumerOptions,
} from './consumers/consumer-options.ts'
export { createEventConsumer } from './consumers/create-event-consumer.ts'
export { enterInbox, forgetInbox } from './consumers/inbox.ts'
export { dropParked, listParked, type Parked, redriveParked } from './consumers/parked-events.ts'
export { createEventBus, type EventBusOptions } from './create-event-bus.ts'
export { defineEvent, type EventAudience, type EventDefinition } from './define-event.ts'
export { tailEpochFeed } from './epoch-feed.ts'
export type { EventBus, EventReader, EventTail } from './event-bus.ts'
export { type EventUrls, eventsDatabase, outboxGrants } from './events-database.ts'
export {
  assertEventData,
  compileEventSchema,
  EventDataInvalid,
  EventSchemaInvalid,
} from './external/event-schema.ts'
export {
  type ExternalEvent,
  ExternalEventInvalid,
  externalType,
  publishExternalEvent,
} from './external/publish-external-event.ts'
export type { EventActor, EventClass, LoggedEvent } from './logged-event.ts'
export { OutboxEvent } from './outbox-event.entity.ts'
export {
  type AuditContext,
  type PublishContext,
  publishEvent,
  publishEvents,
  recordAudit,
} from './publish-event.ts'
export {
  createSequencer,
  type Sequencer,
  type SequencerOptions,
} from './sequencer/create-sequencer.ts'
export { isVisible, type Viewer } from './visibility.ts'
