import type { ServiceDatabase } from '@logicspike/database'
import { OutboxEvent, outboxGrants } from '@logicspike/events'
import { CreateOutbox20261126161705 } from './migrations/20261126161705.create-outbox.ts'

/** What billing keeps; read by the service, the migration tools and the tests. */
const billingDatabase: ServiceDatabase = {
  service: 'billing',
  entities: [OutboxEvent],
  migrations: [CreateOutbox20261126161705],
  grants: outboxGrants,
}

export default billingDatabase
