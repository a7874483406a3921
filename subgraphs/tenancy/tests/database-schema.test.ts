import { describe, expect, test } from '@jest/globals'
import { inspectIsolation, isolationFaults } from '@logicspike/database'
import { assertMigrationsMatchEntities } from '@logicspike/database/testing'
import tenancyDatabase from '../mikro-orm.config.ts'
import { useTenancy } from './support/tenancy-test-app.ts'

const tenancy = useTenancy()

/** Tables that belong to no workspace, and why that is right. A new one has to be argued for here. */
const globalTables = {
  epoch_bumps: 'every verifier hears of every bump',
  letter_tallies: 'counts mails to an address over all workspaces',
  mail_queue: 'sealed; read by the mail worker only',
  registered_permissions: 'the same for every workspace',
  scheduled_purges: 'tells the job which workspaces to enter',
  schema_migrations: 'how far the schema is',
  slugs: 'one namespace of public handles',
}

const unindexedOutbox = {
  fault: 'tenancy.outbox has no index on tenant_id',
  because: 'it is written here and read whole, in order, by the sequencer',
}

describe('the schema', () => {
  test('the migrations give what the entities say, and can be reverted', async () => {
    await expect(assertMigrationsMatchEntities(tenancyDatabase)).resolves.toBeUndefined()
  })

  test('every table with tenant_id is guarded, and the service role can bypass nothing', async () => {
    const { adminUrl, name } = tenancy.database
    expect(isolationFaults(await inspectIsolation(adminUrl, name), [unindexedOutbox])).toEqual([])
  })

  test('tables without a tenant are those that are meant to be', async () => {
    const rows = await tenancy.database.asAdmin<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'tenancy'::regnamespace
         and relkind = 'r' and relname <> 'workspaces'
         and not exists (select from pg_attribute where attrelid = pg_class.oid and attname = 'tenant_id')
       order by 1`,
    )
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(globalTables))
  })

  test('the table of the tenants themselves is guarded by its id', async () => {
    const rows = await tenancy.database.asAdmin<{ cmd: string; permissive: string; qual: string }>(
      `select cmd, permissive, coalesce(qual, with_check) as qual from pg_policies
       where schemaname = 'tenancy' and tablename = 'workspaces' and permissive = 'RESTRICTIVE'`,
    )
    expect(rows.map(({ cmd }) => cmd).sort()).toEqual(['DELETE', 'INSERT', 'SELECT', 'UPDATE'])
    for (const { qual } of rows) expect(qual).toContain('app.tenant_id')
  })

  test('the service role may append events and neither read nor remove them', async () => {
    const rows = await tenancy.database.asAdmin<{ privilege: string }>(
      `select privilege_type as privilege from information_schema.role_table_grants
       where grantee = 'tenancy_service' and table_name = 'outbox'`,
    )
    expect(rows).toEqual([{ privilege: 'INSERT' }])
  })
})
