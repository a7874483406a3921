import { describe, expect, test } from '@jest/globals'
import { inspectIsolation, isolationFaults } from '@logicspike/database'
import { assertMigrationsMatchEntities, useTestDatabase } from '@logicspike/database/testing'
import { createLogger } from '@logicspike/telemetry'
import communicationDatabase from '../mikro-orm.config.ts'

const silent = createLogger({ name: 'test', level: 'silent' })
/** Of this service alone: what others own is looked at by the platform's own tests. */
const database = useTestDatabase({ services: [communicationDatabase], log: silent })

/** Tables that belong to no workspace, and why that is right. A new one has to be argued for here. */
const globalTables = {
  consumer_offsets: 'how far each consumer is in the log, which all tenants share',
  dispatch_queue: 'tells the worker which places to enter',
  inbox_entries: 'ids of events that something was set going for',
  mail_suppressions: 'an address is refused whichever workspace writes to it',
  mail_tallies: 'a person has one mailbox, whichever workspaces write to it',
  parked_events: 'events that failed, for an operator',
  schema_migrations: 'how far the schema is',
  swept_places: 'tells the sweeper which places to enter',
}

const unindexedOutbox = {
  fault: 'communication.outbox has no index on tenant_id',
  because: 'it is written here and read whole, in order, by the sequencer',
}

describe('the schema', () => {
  test('the migrations give what the entities say, and can be reverted', async () => {
    await expect(assertMigrationsMatchEntities(communicationDatabase)).resolves.toBeUndefined()
  })

  test('every table with tenant_id is guarded, and the service role can bypass nothing', async () => {
    const { adminUrl, name } = database
    expect(isolationFaults(await inspectIsolation(adminUrl, name), [unindexedOutbox])).toEqual([])
  })

  test('tables without a tenant are those that are meant to be', async () => {
    const rows = await database.asAdmin<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'communication'::regnamespace
         and relkind = 'r'
         and not exists (select from pg_attribute where attrelid = pg_class.oid and attname = 'tenant_id')
       order by 1`,
    )
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(globalTables))
  })
})
