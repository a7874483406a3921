import type { ServiceDatabase } from '@logicspike/database'
import { OutboxEvent, outboxGrants } from '@logicspike/events'
import { CreateOutbox20261126161711 } from './migrations/20261126161711.create-outbox.ts'
import { CreateMailSuppressions20261201011300 } from './migrations/20261201011300.create-mail-suppressions.ts'
import { MailSuppression } from './src/modules/mail-channel/mail-suppression.entity.ts'

/** What communication keeps; read by the service, the migration tools and the tests. */
const communicationDatabase: ServiceDatabase = {
  service: 'communication',
  entities: [MailSuppression, OutboxEvent],
  migrations: [CreateOutbox20261126161711, CreateMailSuppressions20261201011300],
  grants: outboxGrants,
}

export default communicationDatabase
