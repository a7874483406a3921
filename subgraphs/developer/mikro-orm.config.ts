import type { ServiceDatabase } from '@logicspike/database'
import { OutboxEvent, outboxGrants } from '@logicspike/events'
import { CreateOutbox20261126161709 } from './migrations/20261126161709.create-outbox.ts'
import { CreateRegisteredEventTypes20261201013234 } from './migrations/20261201013234.create-registered-event-types.ts'
import { RegisteredEventType } from './src/modules/event-types/registered-event-type.entity.ts'

/** What developer keeps; read by the service, the migration tools and the tests. */
const developerDatabase: ServiceDatabase = {
  service: 'developer',
  entities: [RegisteredEventType, OutboxEvent],
  migrations: [CreateOutbox20261126161709, CreateRegisteredEventTypes20261201013234],
  grants: outboxGrants,
}

export default developerDatabase
