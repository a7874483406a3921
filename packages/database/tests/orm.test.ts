import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { createLogger } from '@logicspike/telemetry'
import { createOrm, forkFor } from '../src/index.ts'
import { useTestDatabase } from '../src/testing/index.ts'
import { Notebook, notes } from './support/notes.ts'

const database = useTestDatabase({ services: [notes] })
const silent = createLogger({ name: 'test', level: 'silent' })

describe('a service', () => {
  test('starts before its database does, and is not ready until it answers', async () => {
    const url = 'postgres://notes_service:x@127.0.0.1:1/app'
    const orm = await createOrm({ ...notes, url, log: silent })
    await expect(orm.ping()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await orm.close()
  })

  test('is ready when its database answers', async () => {
    await expect(database.orm('notes').ping()).resolves.toBeUndefined()
  })

  test('that closes lets work under way end, even while its connection is being made', async () => {
    for (let round = 0; round < 5; round++) {
      const orm = await createOrm({ ...notes, url: database.serviceUrl('notes'), log: silent })
      const pool = await orm.em.getConnection().getNativeClient()
      const reading = forkFor(orm, {}).find(Notebook, {})
      while (pool.totalCount === 0) await setImmediate()
      await orm.close()
      await expect(reading).resolves.toEqual([])
    }
  })

  test('that has closed opens no connection again', async () => {
    const orm = await createOrm({ ...notes, url: database.serviceUrl('notes'), log: silent })
    await orm.ping()
    await orm.close()
    await expect(forkFor(orm, {}).find(Notebook, {})).rejects.toThrow('is closed')
  })

  test('is told apart on the server by its name', async () => {
    const rows = await database
      .forkFor('notes', {})
      .execute(`select current_setting('application_name') as name, current_schema() as schema`)
    expect(rows).toEqual([{ name: 'notes', schema: 'notes' }])
  })

  test('logs its queries without their parameters, and only when asked for', async () => {
    const lines = { trace: await linesAt('trace'), debug: await linesAt('debug') }
    expect(lines.trace).toContain('insert into \\"notes\\".\\"notebooks\\"')
    expect(lines.debug).not.toContain('insert into')
    expect(lines.trace + lines.debug).not.toContain('confidential')
  })
})

describe('an entity manager for a caller', () => {
  const settings = `select current_setting('app.tenant_id', true) as tenant,
    current_setting('app.user_id', true) as "user"`

  test.each([
    [
      { tenantId: 'a', userId: 'mia' },
      { tenant: 'a', user: 'mia' },
    ],
    [{ tenantId: 'a' }, { tenant: 'a', user: '' }],
    [
      { userId: 'mia', tenantId: null },
      { tenant: '', user: 'mia' },
    ],
    [{}, { tenant: '', user: '' }],
  ])('of %j always sets both variables', async (caller, expected) => {
    expect(await database.forkFor('notes', caller).execute(settings)).toEqual([expected])
  })

  test('passes its caller on to its forks and transactions', async () => {
    const em = database.forkFor('notes', { tenantId: 'a', userId: 'mia' })
    const expected = [{ tenant: 'a', user: 'mia' }]
    expect(await em.fork().execute(settings)).toEqual(expected)
    await em.transactional(async (tx) => {
      expect(await tx.execute(settings)).toEqual(expected)
      await tx.transactional(async (inner) => {
        expect(await inner.execute(settings)).toEqual(expected)
      })
    })
  })

  // MikroORM writes values into the SQL itself, so that its quoting is what stops injection.
  test.each([
    `a'; drop table notes.pages; --`,
    String.raw`\'; drop table notes.pages; --`,
    String.raw`\\' or true --`,
    `'' or ''='`,
    '? ?? $1 :name {{x}} %s',
    '"double" `back` $$dollar$$ /* comment */',
    'ʼ ＇ \u2019 𝔘nicode \t\n\r',
    `${'x'.repeat(10_000)}'`,
  ])('hands over %j as it is', async (value) => {
    const em = database.forkFor('notes', { tenantId: value })
    const expected = { tenant: value, user: '' }
    expect(await em.execute(settings)).toEqual([expected])
    expect(await em.execute('select ?::text as value', [value])).toEqual([{ value }])
    const id = randomUUID()
    em.create(Notebook, { id, tenantId: value, slug: id, title: value, createdAt: new Date() })
    await em.flush()
    em.clear()
    expect(await em.findOneOrFail(Notebook, { title: value })).toMatchObject({ title: value })
    expect(await em.count(Notebook)).toBe(1)
  })
})

/** The log of an insert and of one that fails, at this level. */
async function linesAt(level: string): Promise<string> {
  let lines = ''
  const log = createLogger({ name: 'test', level }, { write: (line) => (lines += line) })
  const orm = await createOrm({ ...notes, url: database.serviceUrl('notes'), log })
  const insert = async () => {
    const em = forkFor(orm, { tenantId: 'a' })
    const title = 'confidential'
    em.create(Notebook, { id: level, tenantId: 'a', slug: level, title, createdAt: new Date() })
    await em.flush()
  }
  await insert()
  await expect(insert()).rejects.toMatchObject({ code: '23505' })
  await orm.close()
  return lines
}
