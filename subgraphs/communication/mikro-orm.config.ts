import type { ServiceDatabase } from '@logicspike/database'
import { OutboxEvent, outboxGrants } from '@logicspike/events'
import { CreateOutbox20261126161711 } from './migrations/20261126161711.create-outbox.ts'

/** What communication keeps; read by the service, the migration tools and the tests. */
const communicationDatabase: ServiceDatabase = {
  service: 'communication',
  entities: [OutboxEvent],
  migrations: [CreateOutbox20261126161711],
  grants: outboxGrants,
}

export default communicationDatabase
