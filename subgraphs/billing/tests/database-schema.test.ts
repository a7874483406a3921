import { describe, expect, test } from '@jest/globals'
import { inspectIsolation, isolationFaults } from '@logicspike/database'
import { assertMigrationsMatchEntities, useTestDatabase } from '@logicspike/database/testing'
import billingDatabase from '../mikro-orm.config.ts'

const database = useTestDatabase({ services: [billingDatabase] })

/** Tables that belong to no workspace, and why that is right. A new one has to be argued for here. */
const globalTables = {
  consumer_offsets: 'how far a consumer has come in the log of all tenants',
  inbox_entries: 'what a consumer has set going, by ids of events',
  parked_events: 'what a consumer gave up on, for operators; no request reads it',
  scheduled_trial_ends: 'tells the job which workspaces to enter',
  schema_migrations: 'how far the schema is',
}

const unindexedOutbox = {
  fault: 'billing.outbox has no index on tenant_id',
  because: 'it is written here and read whole, in order, by the sequencer',
}

describe('the schema', () => {
  test('the migrations give what the entities say, and can be reverted', async () => {
    await expect(assertMigrationsMatchEntities(billingDatabase)).resolves.toBeUndefined()
  })

  test('every table with tenant_id is guarded, and the service role can bypass nothing', async () => {
    const { adminUrl, name } = database
    expect(isolationFaults(await inspectIsolation(adminUrl, name), [unindexedOutbox])).toEqual([])
  })

  test('tables without a tenant are those that are meant to be', async () => {
    const rows = await database.asAdmin<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'billing'::regnamespace
         and relkind = 'r'
         and not exists (select from pg_attribute where attrelid = pg_class.oid and attname = 'tenant_id')
       order by 1`,
    )
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(globalTables))
  })
})
