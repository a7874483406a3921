import type { ServiceDatabase, TableGrant } from '@logicspike/database'
import { CreateLog20261126162000 } from '../migrations/20261126162000.create-log.ts'
import { eventRoles, sequencerRole } from './roles.ts'

/** The schema of the event log. It has no entities: it is read and written by plain SQL. */
export const eventsDatabase: ServiceDatabase = {
  service: 'events',
  entities: [],
  migrations: [CreateLog20261126162000],
  roles: eventRoles,
}

/** For every service with an outbox: `grants: outboxGrants`. */
export const outboxGrants: readonly TableGrant[] = [
  { table: 'outbox', role: sequencerRole, privileges: ['select', 'delete'] },
]

/** Connection URLs of the log's roles. */
export type EventUrls = {
  /** For the sequencer. */
  readonly sequencer: string
  /** For reading one tenant's events. */
  readonly tenantReader: string
  /** For consumers and tails: sees all tenants. */
  readonly consumer: string
}
