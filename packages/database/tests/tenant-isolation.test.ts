import { beforeAll, describe, expect, test } from '@jest/globals'
import { RowLevelSecurityViolationException } from '@mikro-orm/postgresql'
import { acrossTenants, sessionVariables } from '../src/index.ts'
import { urlOfDatabase, withConnection } from '../src/sql.ts'
import { createTestDatabase, useTestDatabase } from '../src/testing/index.ts'
import { Notebook, notes, Page, Reader } from './support/notes.ts'

const database = useTestDatabase({ services: [notes], poolSize: 1 })
const as = (tenantId: string | null, userId: string | null = null) =>
  database.forkFor('notes', { tenantId, userId })

let count = 0
const nextId = () => {
  count += 1
  return `id-${count}`
}

async function aNotebookOf(tenantId: string, slug?: string): Promise<string> {
  const em = as(tenantId)
  const id = nextId()
  em.create(Notebook, { id, tenantId, slug: slug ?? id, title: `of ${tenantId}`, createdAt: now })
  await em.flush()
  return id
}
const now = new Date('2026-01-01T00:00:00Z')

const titleOf = async (id: string): Promise<unknown> => {
  const [row] = await database.asAdmin<{ title: string }>(
    'select title from notes.notebooks where id = $1',
    [id],
  )
  return row?.title
}

describe('a row of another tenant', () => {
  let theirs: string
  beforeAll(async () => {
    theirs = await aNotebookOf('b')
  })

  test('is not found, listed or counted, by key or by condition', async () => {
    expect(await as('a').findOne(Notebook, theirs)).toBeNull()
    expect(await as('a').find(Notebook, { tenantId: 'b' })).toEqual([])
    expect(await as('a').count(Notebook, { id: theirs })).toBe(0)
    expect(await as('b').count(Notebook, { id: theirs })).toBe(1)
  })

  test('is not reached by raw SQL or the query builder', async () => {
    expect(await as('a').execute('select * from notes.notebooks where id = ?', [theirs])).toEqual(
      [],
    )
    expect(await as('a').createQueryBuilder(Notebook).where({ id: theirs }).getResult()).toEqual([])
  })

  test('is not updated, deleted or locked', async () => {
    expect(await as('a').nativeUpdate(Notebook, { id: theirs }, { title: 'seized' })).toBe(0)
    expect(await as('a').nativeDelete(Notebook, { id: theirs })).toBe(0)
    expect(await as('a').execute('select from notes.notebooks for update')).toEqual([])
    expect(await titleOf(theirs)).toBe('of b')
  })

  test('is not changed through an entity that was smuggled in', async () => {
    const smuggled = await as('b').findOneOrFail(Notebook, theirs)
    const em = as('a')
    em.merge(smuggled)
    smuggled.title = 'seized'
    await expect(em.flush()).resolves.toBeUndefined()
    expect(await titleOf(theirs)).toBe('of b')
  })

  test('cannot be referred to', async () => {
    const em = as('a')
    em.create(Page, { id: nextId(), tenantId: 'a', notebookId: theirs, text: '' })
    await expect(em.flush()).rejects.toMatchObject({
      constraint: 'pages_notebook_id_tenant_foreign',
    })
  })

  test('does not clash with a key of ours', async () => {
    await aNotebookOf('b', 'same-slug')
    await expect(aNotebookOf('a', 'same-slug')).resolves.toEqual(expect.any(String))
  })
})

describe('a row cannot be put into another tenant', () => {
  test('by an insert', async () => {
    const em = as('a')
    const id = nextId()
    em.create(Notebook, { id, tenantId: 'b', slug: id, title: 'planted', createdAt: now })
    await expect(em.flush()).rejects.toThrow(RowLevelSecurityViolationException)
  })

  test('by an update of our own', async () => {
    const ours = await aNotebookOf('a')
    const em = as('a')
    const notebook = await em.findOneOrFail(Notebook, ours)
    notebook.tenantId = 'b'
    await expect(em.flush()).rejects.toThrow(RowLevelSecurityViolationException)
  })

  test('by an upsert', async () => {
    const row = { id: nextId(), tenantId: 'b', slug: 'upserted', title: 'planted', createdAt: now }
    await expect(as('a').upsert(Notebook, row)).rejects.toThrow(RowLevelSecurityViolationException)
  })
})

describe('a row that its user may read', () => {
  let membership: string
  beforeAll(async () => {
    membership = nextId()
    const em = as('b')
    em.create(Reader, { id: membership, tenantId: 'b', userId: 'mia' })
    await em.flush()
  })

  test('is seen by that user from any tenant and from none, and by nobody else', async () => {
    expect(await as(null, 'mia').count(Reader)).toBe(1)
    expect(await as('a', 'mia').count(Reader)).toBe(1)
    expect(await as('a', 'leo').count(Reader)).toBe(0)
  })

  test('is seen by its tenant', async () => {
    expect(await as('b', 'leo').count(Reader)).toBe(1)
  })

  test('is written by its tenant only', async () => {
    const mia = as('a', 'mia')
    expect(await mia.nativeUpdate(Reader, { id: membership }, { userId: 'leo' })).toBe(0)
    expect(await mia.nativeDelete(Reader, { id: membership })).toBe(0)
    mia.create(Reader, { id: nextId(), tenantId: 'b', userId: 'mia' })
    await expect(mia.flush()).rejects.toThrow(RowLevelSecurityViolationException)
  })

  test('cannot be taken along into a tenant of its user', async () => {
    const mia = as('a', 'mia')
    expect(await mia.nativeUpdate(Reader, { id: membership }, { tenantId: 'a' })).toBe(0)
  })
})

describe('without a tenant nothing is seen', () => {
  beforeAll(async () => {
    await aNotebookOf('a')
    // Such a row must not be what an empty variable matches.
    await database.asAdmin(
      `insert into notes.notebooks (id, tenant_id, slug, title, created_at)
       values ('unowned', '', 'unowned', 'of nobody', now())`,
    )
  })

  test.each([
    ['null', null],
    ["''", ''],
    ["' '", ' '],
    ["'%'", '%'],
  ])('when the tenant is %s', async (_name, tenantId) => {
    expect(await as(tenantId).count(Notebook)).toBe(0)
  })

  test('when the variables were never set', async () => {
    await withConnection(database.serviceUrl('notes'), async (client) => {
      expect((await client.query('select from notes.notebooks')).rowCount).toBe(0)
    })
  })

  test('when an earlier transaction of the same connection had one', async () => {
    await withConnection(database.serviceUrl('notes'), async (client) => {
      await client.query('begin')
      await client.query(`select set_config($1, 'a', true)`, [sessionVariables.tenantId])
      expect((await client.query('select from notes.notebooks')).rowCount).not.toBe(0)
      await client.query('commit')
      const { rows } = await client.query(`select current_setting($1, true) as left`, [
        sessionVariables.tenantId,
      ])
      expect(rows).toEqual([{ left: '' }])
      expect((await client.query('select from notes.notebooks')).rowCount).toBe(0)
    })
  })

  test('when an entity manager carries no context, on a connection that served a tenant', async () => {
    expect(await as('a').count(Notebook)).not.toBe(0)
    expect(await database.orm('notes').em.fork().count(Notebook)).toBe(0)
  })

  test('past the context, over the bare connection', async () => {
    const rows = await as('a').getConnection().execute('select * from notes.notebooks')
    expect(rows).toEqual([])
  })
})

describe('the service role', () => {
  const asService = (sql: string) =>
    withConnection(database.serviceUrl('notes'), (client) => client.query(sql))

  test.each([
    ['switch row-level security off', 'alter table notes.pages disable row level security'],
    ['drop a policy', 'drop policy tenant_guard on notes.pages'],
    ['truncate', 'truncate notes.pages'],
    ['create a table in its schema', 'create table notes.mine (id text)'],
    ['create a temporary table', 'create temporary table mine (id text)'],
    ['create a schema', 'create schema mine'],
    ['use the schema public', 'create table public.mine (id text)'],
    ['become the owner', 'set role notes_owner'],
    ['change the table of migrations', `delete from notes.schema_migrations`],
    ['read passwords', 'select * from pg_authid'],
  ])('may not %s', async (_what, sql) => {
    await expect(asService(sql)).rejects.toMatchObject({ code: '42501' })
  })

  test('is bound even when it asks not to be', async () => {
    await withConnection(database.serviceUrl('notes'), async (client) => {
      await client.query('set row_security = off')
      await expect(client.query('select from notes.notebooks')).rejects.toThrow(
        'query would be affected by row-level security policy',
      )
    })
  })

  test('looks into its own schema first and has limits of time', async () => {
    const { rows } = await asService(
      `select name, setting from pg_settings where name in ('search_path', 'statement_timeout',
       'lock_timeout', 'idle_in_transaction_session_timeout') order by name`,
    )
    expect(rows).toEqual([
      { name: 'idle_in_transaction_session_timeout', setting: '30000' },
      { name: 'lock_timeout', setting: '10000' },
      { name: 'search_path', setting: 'notes' },
      { name: 'statement_timeout', setting: '30000' },
    ])
  })

  test('cannot connect to the database of another service', async () => {
    const other = await createTestDatabase({
      services: [{ service: 'letters', entities: [], migrations: [] }],
    })
    try {
      const url = urlOfDatabase(database.serviceUrl('notes'), other.name)
      await expect(withConnection(url, async () => {})).rejects.toMatchObject({ code: '42501' })
    } finally {
      await other.close()
    }
  })
})

describe('the owner', () => {
  const asOwner = (statements: readonly string[]) =>
    withConnection(database.ownerUrl('notes'), async (client) => {
      const results = []
      for (const sql of statements) results.push((await client.query(sql)).rowCount)
      return results
    })

  test('is bound by the policies as well', async () => {
    await aNotebookOf('a')
    expect(await asOwner(['select from notes.notebooks'])).toEqual([0])
  })

  test('changes rows of every tenant when it says so, and is bound again afterwards', async () => {
    await aNotebookOf('a')
    await aNotebookOf('b')
    const update = 'update notes.notebooks set words = words + 1'
    const [, changed] = await asOwner(acrossTenants('notes.notebooks', update))
    expect(changed).toBeGreaterThan(1)
    expect(await asOwner([update])).toEqual([0])
  })
})

describe('an entity manager remembers what it has read', () => {
  test('so one per caller: a fork for another tenant starts empty', async () => {
    const ours = await aNotebookOf('a')
    const first = as('a')
    await first.findOneOrFail(Notebook, ours)
    expect(first.getUnitOfWork().getById(Notebook, ours)).toBeDefined()
    const second = as('b')
    expect(second.getUnitOfWork().getById(Notebook, ours)).toBeUndefined()
    expect(await second.findOne(Notebook, ours)).toBeNull()
  })

  test('and a transaction asks again instead of serving a row that was taken away', async () => {
    const ours = await aNotebookOf('a')
    const em = as('a')
    await em.findOneOrFail(Notebook, ours)
    await database.asAdmin(`update notes.notebooks set tenant_id = 'b' where id = $1`, [ours])
    expect(await em.fork({ clear: true }).findOne(Notebook, ours)).toBeNull()
  })

  test('the context cannot be swapped while a transaction runs', async () => {
    await as('a').transactional(async (em) => {
      expect(() => em.setSessionContext({ variables: { 'app.tenant_id': 'b' } })).toThrow()
    })
  })
})

test('what policies cannot stop: injected SQL may set the variables itself', async () => {
  const theirs = await aNotebookOf('b')
  const rows = await as('a').transactional(async (em) => {
    await em.execute(`select set_config('app.tenant_id', 'b', true)`)
    return em.execute('select id from notes.notebooks where id = ?', [theirs])
  })
  expect(rows).toEqual([{ id: theirs }])
})

test('policies are evaluated once for a query and let it use the index', async () => {
  await database.asAdmin(
    `insert into notes.notebooks (id, tenant_id, slug, title, created_at)
     select 'many-' || n, 'tenant-' || n % 100, n, '', now() from generate_series(1, 5000) n`,
  )
  await database.asAdmin('analyze notes.notebooks')
  const plan: { 'QUERY PLAN': string }[] = await as('tenant-7').execute(
    'explain (analyze, costs off, timing off) select from notes.notebooks',
  )
  const lines = plan.map((row) => row['QUERY PLAN']).join('\n')
  expect(lines).toMatch(/Index Cond: \(tenant_id = \(InitPlan/)
  expect(lines).toMatch(/rows=50/)
})
