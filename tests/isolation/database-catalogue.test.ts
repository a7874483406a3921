import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type IsolationFacts, inspectIsolation, isolationFaults } from '@logicspike/database'
import { useTestDatabase } from '@logicspike/database/testing'
import { platformDatabases, serviceDatabases } from '@logicspike/platform'
import { type TestWorkspace, usePlatform } from '@logicspike/testing'
import { type DatabaseSession, openDatabaseSession } from './support/database-session.ts'
import { quickPasswords } from './support/identity-options.ts'

/* What PostgreSQL itself holds the services to, whatever their code does. */

const platform = usePlatform({ identity: { passwords: quickPasswords } })
const services = Object.keys(serviceDatabases)

const schemas = ['events', 'gateway', ...services]

/** What one schema's role may do in another: the sequencer moves events out of outboxes. */
const ofTheSequencer = services.flatMap((service) =>
  [
    `has USAGE on schema ${service}`,
    `may DELETE ${service}.outbox`,
    `may SELECT ${service}.outbox`,
  ].map((right) => ({
    fault: `events_sequencer ${right}`,
    because: 'it moves the events of every service to the log',
  })),
)

/** Written here and read whole, in order, by the sequencer; no service may read it at all. */
const ofOutboxes = services.map((service) => ({
  fault: `${service}.outbox has no index on tenant_id`,
  because: 'it is appended to, and read in order of writing',
}))

const ofTheLog = [
  ...['provide_partition', 'drop_partition'].map((name) => ({
    fault: `events.${name}() runs with its owner's rights`,
    because: 'the sequencer owns no table; it may add a day, and drop a day that is over',
  })),
]

/** There is one table of them for each day. */
const payloadsByDay = /^events\.event_payloads(_\d{8})? has no index on tenant_id$/

const faultsOf = (facts: IsolationFacts): string[] => {
  // They are read through the row of the log they belong to, whose index begins with the tenant.
  const payloads = isolationFaults(facts)
    .filter((fault) => payloadsByDay.test(fault))
    .map((fault) => ({ fault, because: 'found by the position of its event' }))
  return isolationFaults(facts, [...ofTheSequencer, ...ofOutboxes, ...ofTheLog, ...payloads])
}

/** Refusals by SQLSTATE. */
const DENIED = '42501'

type TenantedTable = { readonly schema: string; readonly table: string; readonly column: string }

/** Every table with rows of tenants. The tenants themselves are known by their id. */
const TENANTED = `
  select table_schema as schema, table_name as "table", column_name as "column"
  from information_schema.columns
  where table_schema = any ($1)
    and (column_name = 'tenant_id' or (table_name = 'workspaces' and column_name = 'id'))
  order by 1, 2`

const tenantedTables = (): Promise<TenantedTable[]> =>
  platform().database.asAdmin<TenantedTable>(TENANTED, [services])

const nameOf = ({ schema, table }: TenantedTable): string => `${schema}.${table}`

test('every table of tenants is guarded, and no service role can get past a guard', async () => {
  const { adminUrl, name } = platform().database
  const facts = await inspectIsolation(adminUrl, name)
  expect(facts.services.toSorted()).toEqual(schemas.toSorted())
  expect(faultsOf(facts)).toEqual([])
  const tenanted = await tenantedTables()
  expect(tenanted.length).toBeGreaterThan(8)
  for (const { schema, table, column } of tenanted.filter((it) => it.column === 'tenant_id')) {
    const found = facts.tables.find((it) => it.schema === schema && it.name === table)
    expect({ column, ...found }).toMatchObject({ tenanted: true, rowSecurity: true, forced: true })
    expect(found?.policies.some(({ restrictive }) => restrictive)).toBe(true)
  }
})

describe.each(services)('the service role of %s', (service) => {
  let session: DatabaseSession
  beforeAll(async () => {
    session = await openDatabaseSession(platform().database.serviceUrl(service))
  })
  afterAll(() => session.close())

  const refusedWith = async (sql: string) => {
    const outcome = await session.attempt(sql)
    return 'refused' in outcome ? outcome.refused : 'not refused'
  }

  test('cannot look into any other schema', async () => {
    const { database } = platform()
    for (const other of schemas.filter((it) => it !== service)) {
      const tables = await database.asAdmin<{ name: string }>(
        `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = $1`,
        [other],
      )
      expect(tables.length).toBeGreaterThan(0)
      for (const { name } of tables) {
        expect([name, await refusedWith(`select * from ${name}`)]).toEqual([name, DENIED])
        expect([name, await refusedWith(`delete from ${name}`)]).toEqual([name, DENIED])
      }
    }
  })

  test.each([
    ['a table of its own', () => `create table ${service}.mine (id text)`, DENIED],
    ['a table for everybody', () => 'create table public.mine (id text)', DENIED],
    ['a temporary table', () => 'create temporary table mine (id text)', DENIED],
    ['a schema', () => 'create schema mine', DENIED],
    [
      'a function',
      () => `create function ${service}.f() returns int language sql as 'select 1'`,
      DENIED,
    ],
    ['an extension', () => 'create extension dblink', DENIED],
    ['a role', () => 'create role mine', DENIED],
  ])('cannot create %s', async (_, sql, code) => {
    expect(await refusedWith(sql())).toBe(code)
  })

  test.each([
    ['become the owner', () => `set role ${service}_owner`],
    ['become a superuser', () => 'set session authorization postgres'],
    ['make itself one', () => `alter role ${service}_service superuser`],
    ['exempt itself from policies', () => `alter role ${service}_service bypassrls`],
    ['read passwords', () => 'select * from pg_authid'],
    ['read files', () => `select pg_read_file('/etc/passwd')`],
    ['run programs', () => `copy (select 1) to program 'true'`],
    ['write files', () => `copy (select 1) to '/tmp/rows'`],
    [
      'end the work of others',
      () => `select pg_terminate_backend(pid) from pg_stat_activity
                                      where usename is distinct from current_user`,
    ],
  ])('cannot %s', async (_, sql) => {
    expect(await refusedWith(sql())).toBe(DENIED)
  })

  test('cannot touch the guards of its own tables', async () => {
    const own = (await tenantedTables()).filter(({ schema }) => schema === service)
    expect(own.length).toBeGreaterThan(0)
    for (const table of own.map(nameOf)) {
      for (const sql of [
        `alter table ${table} disable row level security`,
        `alter table ${table} no force row level security`,
        `create policy open on ${table} using (true)`,
        `truncate ${table}`,
        `create trigger t before insert on ${table} execute function suppress_redundant_updates_trigger()`,
      ]) {
        expect([sql, await refusedWith(sql)]).toEqual([sql, DENIED])
      }
    }
  })

  test('does not see what other roles are asking the database', async () => {
    const outcome = await session.attempt(
      `select distinct query from pg_stat_activity
       where usename <> current_user and backend_type = 'client backend'`,
    )
    const queries = 'rows' in outcome ? outcome.rows.map(({ query }) => query) : []
    expect(queries.filter((query) => query !== '<insufficient privilege>')).toEqual([])
  })
})

/* The roles of the event log; what its reader sees of tenants is in packages/events. */
describe('of the event log', () => {
  const sessions = new Map<string, DatabaseSession>()
  beforeAll(async () => {
    for (const role of ['sequencer', 'reader', 'consumer']) {
      const url = platform().database.roleUrl('events', role)
      sessions.set(role, await openDatabaseSession(url))
    }
  })
  afterAll(async () => {
    await Promise.all([...sessions.values()].map((session) => session.close()))
  })

  test('the sequencer reads and empties outboxes, and reaches nothing else of any service', async () => {
    const { database } = platform()
    const tables = await database.asAdmin<{ schema: string; table: string }>(
      `select schemaname as schema, tablename as "table" from pg_tables where schemaname = any ($1)`,
      [services],
    )
    expect(tables.length).toBeGreaterThan(20)
    for (const { schema, table } of tables) {
      const name = `${schema}.${table}`
      const reading = await sessions.get('sequencer')?.attempt(`select from ${name} limit 0`)
      const allowed = table === 'outbox' ? { rows: [] } : { refused: DENIED }
      expect([name, reading]).toEqual([name, allowed])
      const writing = await sessions.get('sequencer')?.attempt(`insert into ${name} default values`)
      expect([name, writing]).toEqual([name, { refused: DENIED }])
    }
  })

  test.each(['reader', 'consumer'])(
    'the %s can change nothing, and sees no service',
    async (role) => {
      for (const sql of [
        'delete from events.event_log',
        'update events.tenant_heads set head_seq = 0',
        'insert into events.event_ids values (null, null, null)',
        'select events.provide_partition(current_date)',
        `select events.drop_partition('event_log', current_date - 1)`,
        'select * from tenancy.outbox',
      ]) {
        expect([sql, await sessions.get(role)?.attempt(sql)]).toEqual([sql, { refused: DENIED }])
      }
    },
  )
})

describe('rows of two tenants', () => {
  let a: TestWorkspace
  let b: TestWorkspace
  const sessions = new Map<string, DatabaseSession>()

  beforeAll(async () => {
    a = await platform().aWorkspace().withMember()
    b = await platform().aWorkspace().withMember()
    for (const service of services) {
      const url = platform().database.serviceUrl(service)
      sessions.set(service, await openDatabaseSession(url))
    }
  })
  afterAll(async () => {
    await Promise.all([...sessions.values()].map((session) => session.close()))
  })

  const sessionOf = ({ schema }: TenantedTable): DatabaseSession => {
    const session = sessions.get(schema)
    if (!session) throw new Error(`No session of ${schema}.`)
    return session
  }

  /** Tables that a service may read; into its outbox it only writes. */
  const readable = async () => {
    const tables = await tenantedTables()
    return tables.filter(({ table }) => table !== 'outbox')
  }

  test.each([
    ['no caller', {}],
    ['an empty tenant', { tenantId: '' }],
    ['a tenant that does not exist', { tenantId: 'wks_nobody' }],
    ['a pattern', { tenantId: '%' }],
  ])('are not there for %s', async (_, caller) => {
    for (const table of await readable()) {
      const outcome = await sessionOf(table).attemptAs(caller, `select * from ${nameOf(table)}`)
      expect([nameOf(table), outcome]).toEqual([nameOf(table), { rows: [] }])
    }
  })

  test('are there for their tenant, and no others', async () => {
    let seen = 0
    for (const table of await readable()) {
      for (const tenantId of [a.id, b.id]) {
        const sql = `select distinct ${table.column} as tenant from ${nameOf(table)}`
        const outcome = await sessionOf(table).attemptAs({ tenantId }, sql)
        const tenants = 'rows' in outcome ? outcome.rows.map(({ tenant }) => tenant) : [outcome]
        expect([nameOf(table), tenants.filter((it) => it !== tenantId)]).toEqual([
          nameOf(table),
          [],
        ])
        seen += tenants.length
      }
    }
    expect(seen).toBeGreaterThan(6)
  })

  test('cannot be looked at by switching the policies off', async () => {
    for (const table of await readable()) {
      const session = sessionOf(table)
      await session.attempt('set row_security = off')
      const outcome = await session.attempt(`select * from ${nameOf(table)}`)
      await session.attempt('reset row_security')
      expect([nameOf(table), outcome]).toEqual([nameOf(table), { refused: DENIED }])
    }
  })

  test('cannot be changed, deleted or moved from outside', async () => {
    const { database } = platform()
    const census = async () =>
      database.asAdmin(
        (await readable())
          .map(
            (it) => `select '${nameOf(it)}' as name, count(*), sum(hashtext(t::text)::bigint)
                        from ${nameOf(it)} t`,
          )
          .join(' union all '),
      )
    // What comes of the two workspaces' beginning is written by others, and would look like a change.
    await platform().settleEvents()
    const before = await census()
    for (const table of await readable()) {
      const { column } = table
      const session = sessionOf(table)
      const foreign = `${column} = '${b.id}'`
      for (const sql of [
        `update ${nameOf(table)} set ${column} = ${column} where ${foreign} returning 1`,
        `delete from ${nameOf(table)} where ${foreign} returning 1`,
      ]) {
        const outcome = await session.attemptAs({ tenantId: a.id }, sql)
        expect([sql, outcome]).toEqual([sql, { rows: [] }])
      }
      const move = `update ${nameOf(table)} set ${column} = '${b.id}' returning 1`
      const moved = await session.attemptAs({ tenantId: a.id }, move)
      // Where the tenant has no rows there is nothing to refuse; else PostgreSQL does.
      expect([{ rows: [] }, { refused: DENIED }]).toContainEqual(moved)
    }
    expect(await census()).toEqual(before)
  })

  test('are not there for a job that has entered no workspace, and it can add none', async () => {
    const { em } = platform().platform.tenancy.contexts.forJob('a-job-that-forgot')
    for (const table of (await readable()).filter(({ schema }) => schema === 'tenancy')) {
      expect(await em.execute(`select * from ${nameOf(table)}`)).toEqual([])
    }
    const insert = `insert into tenancy.workspace_services (tenant_id, service) values (?, 'blog')`
    await expect(em.execute(insert, [a.id])).rejects.toThrow('row-level security')
  })

  test('are read by no service out of its outbox', async () => {
    for (const [service, session] of sessions) {
      const outcome = await session.attemptAs({ tenantId: a.id }, `select * from ${service}.outbox`)
      expect([service, outcome]).toEqual([service, { refused: DENIED }])
    }
  })
})

describe('the catalogue test itself', () => {
  const broken = useTestDatabase({ services: platformDatabases })

  const faultsNaming = async (table: string): Promise<string[]> => {
    const facts = await inspectIsolation(broken.adminUrl, broken.name)
    return faultsOf(facts).filter((fault) => fault.includes(table))
  }

  test('notices when any guard of any table is lost', async () => {
    const policies = await broken.asAdmin<{ table: string; policy: string }>(
      `select format('%I.%I', p.schemaname, p.tablename) as "table", p.policyname as policy
       from pg_policies p join information_schema.columns c
         on c.table_schema = p.schemaname and c.table_name = p.tablename and c.column_name = 'tenant_id'
       where p.permissive = 'RESTRICTIVE' and p.schemaname = any ($1)`,
      [services],
    )
    expect(policies.length).toBeGreaterThan(8)
    for (const { table, policy } of policies) {
      await broken.asAdmin(`drop policy ${policy} on ${table}`)
      expect([policy, await faultsNaming(table)]).not.toEqual([policy, []])
    }
  })

  test('notices when a table is opened to its owner', async () => {
    expect(await faultsNaming('tenancy.roles does not force')).toEqual([])
    await broken.asAdmin('alter table tenancy.roles no force row level security')
    expect(await faultsNaming('tenancy.roles does not force')).toHaveLength(1)
  })

  test('notices when a service may look into another schema', async () => {
    await broken.asAdmin('grant usage on schema identity to tenancy_service')
    expect(await faultsNaming('tenancy_service has USAGE on schema identity')).toHaveLength(1)
  })
})
