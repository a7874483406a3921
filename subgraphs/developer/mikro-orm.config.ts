import type { ServiceDatabase } from '@logicspike/database'
import { OutboxEvent, outboxGrants } from '@logicspike/events'
import { CreateOutbox20261126161709 } from './migrations/20261126161709.create-outbox.ts'

/** What developer keeps; read by the service, the migration tools and the tests. */
const developerDatabase: ServiceDatabase = {
  service: 'developer',
  entities: [OutboxEvent],
  migrations: [CreateOutbox20261126161709],
  grants: outboxGrants,
}

export default developerDatabase
