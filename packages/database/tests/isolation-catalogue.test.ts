import { describe, expect, test } from '@jest/globals'
import { readIsolationFacts } from '../src/catalogue.ts'
import { inspectIsolation, isolationFaults } from '../src/index.ts'
import { withConnection } from '../src/sql.ts'
import { useTestDatabase } from '../src/testing/index.ts'
import { notes } from './support/notes.ts'

const database = useTestDatabase({ services: [notes] })

/** The faults that follow from `sql`, run as superuser and undone. */
const faultsAfter = (sql: string): Promise<string[]> =>
  withConnection(database.adminUrl, async (client) => {
    await client.query('begin')
    await client.query(`${sql}; reset role`)
    return isolationFaults(await readIsolationFacts(client))
  })

test('a provisioned and migrated service has no fault', async () => {
  const facts = await inspectIsolation(database.adminUrl, database.name)
  expect(facts.services).toEqual(['notes'])
  expect(facts.tables.map(({ name }) => name)).toEqual([
    'notebooks',
    'pages',
    'readers',
    'schema_migrations',
  ])
  expect(isolationFaults(facts)).toEqual([])
})

describe('each way to break isolation is found', () => {
  const owned = 'set local role notes_owner; '
  test.each([
    [
      'a tenant table without row-level security',
      `${owned}create table notes.loose (id text primary key, tenant_id text not null)`,
      [
        'notes.loose has row-level security off',
        'notes.loose does not force row-level security on its owner',
        'notes.loose has no restrictive tenant guard for select',
        'notes.loose has no restrictive tenant guard for insert',
        'notes.loose has no restrictive tenant guard for update',
        'notes.loose has no restrictive tenant guard for delete',
        'notes.loose has no index on tenant_id',
      ],
    ],
    [
      'security that is not forced on the owner',
      'alter table notes.pages no force row level security',
      ['notes.pages does not force row-level security on its owner'],
    ],
    [
      'a lost guard of one command',
      'drop policy tenant_guard_update on notes.readers',
      ['notes.readers has no restrictive tenant guard for update'],
    ],
    [
      'a guard for one role only',
      'alter policy tenant_guard_delete on notes.readers to notes_service',
      ['notes.readers has no restrictive tenant guard for delete'],
    ],
    [
      'a check that lets rows move to another tenant',
      'alter policy tenant_guard on notes.pages with check (true)',
      [
        'notes.pages has no restrictive tenant guard for insert',
        'notes.pages has no restrictive tenant guard for update',
      ],
    ],
    [
      'a guard that compares with the empty value of a used connection',
      `alter policy tenant_guard_select on notes.readers
       using (tenant_id = current_setting('app.tenant_id', true))`,
      ['notes.readers has no restrictive tenant guard for select'],
    ],
    [
      'a unique key that spans tenants',
      'create unique index pages_text_unique on notes.pages (text)',
      ['notes.pages: unique key notes.pages_text_unique spans tenants'],
    ],
    [
      'a foreign key that may leave the tenant',
      `alter table notes.pages add constraint plain foreign key (notebook_id)
       references notes.notebooks (id)`,
      ['notes.pages: foreign key plain may leave the tenant'],
    ],
    [
      'a table of the wrong owner',
      'create table notes.foreign_owned (id text primary key)',
      ['notes.foreign_owned belongs to postgres'],
    ],
    [
      'a service role that owns a table',
      'alter table notes.pages owner to notes_service',
      [
        'notes.pages belongs to notes_service',
        'the service may MAINTAIN notes.pages',
        'the service may REFERENCES notes.pages',
        'the service may TRIGGER notes.pages',
        'the service may TRUNCATE notes.pages',
        'notes_service owns notes.pages',
      ],
    ],
    [
      'truncation, which no policy stops',
      'grant truncate on notes.pages to notes_service',
      ['the service may TRUNCATE notes.pages'],
    ],
    [
      "a view with its owner's rights",
      `${owned}create view notes.all_pages as select * from notes.pages`,
      ["notes.all_pages reads with its owner's rights"],
    ],
    [
      'a materialized view',
      `${owned}create materialized view notes.kept_pages as select * from notes.pages`,
      ['notes.kept_pages copies rows past row-level security'],
    ],
    [
      "a function with its owner's rights that everybody may run",
      `create function notes.count_pages() returns bigint language sql security definer
       as 'select count(*) from notes.pages'`,
      ["notes.count_pages() runs with its owner's rights", 'everybody may run notes.count_pages()'],
    ],
    [
      'a schema of another service that can be used',
      'create schema other; grant usage on schema other to notes_service',
      ['notes_service has USAGE on schema other'],
    ],
    [
      'a schema that everybody can use',
      'grant usage on schema public to public',
      ['everybody has schema public: USAGE', 'notes_service has USAGE on schema public'],
    ],
  ])('%s', async (_what, sql, faults) => {
    expect((await faultsAfter(sql)).sort()).toEqual([...faults].sort())
  })

  test('a view that asks with the rights of its reader is none', async () => {
    const view = 'create view notes.my_pages with (security_invoker = true) as'
    expect(await faultsAfter(`${owned}${view} select * from notes.pages`)).toEqual([])
  })

  test('roles that gained rights', async () => {
    const facts = await inspectIsolation(database.adminUrl, database.name)
    const roles = facts.roles.map((role) =>
      role.name === 'notes_service'
        ? { ...role, bypassRls: true, createDb: true, memberOf: ['notes_owner'] }
        : role,
    )
    expect(isolationFaults({ ...facts, roles })).toEqual([
      'notes_service bypasses row-level security',
      'notes_service may create databases',
      'notes_service may act as notes_owner',
    ])
  })
})

describe('an accepted fault', () => {
  const fault = 'notes_service has USAGE on schema other'

  test('is left out while it exists', async () => {
    const facts = await inspectIsolation(database.adminUrl, database.name)
    const privilege = { role: 'notes_service', schema: 'other', privilege: 'USAGE' } as const
    const broken = { ...facts, schemaPrivileges: [privilege] }
    expect(isolationFaults(broken, [{ fault, because: 'of this test' }])).toEqual([])
  })

  test('is reported once it is gone', async () => {
    const facts = await inspectIsolation(database.adminUrl, database.name)
    expect(isolationFaults(facts, [{ fault, because: 'it was so once' }])).toEqual([
      `accepted, but not there: ${fault}`,
    ])
  })
})
