import { expect, test } from '@jest/globals'
import type { EntityManager } from '@mikro-orm/postgresql'
import { useTestDatabase } from '../src/testing/index.ts'
import { Notebook, notes } from './support/notes.ts'

const database = useTestDatabase({ services: [notes], poolSize: 4 })
const operations = 10_000
/** More than connections, so that every operation gets a connection that others have used. */
const workers = 12
const tenants = ['a', 'b'] as const
const now = new Date('2026-01-01T00:00:00Z')

const forkFor = (tenantId: string | null) => database.forkFor('notes', { tenantId })

/** What an operation reports: the tenants of all rows it has seen. */
type Operation = (em: EntityManager, tenantId: string, n: number) => Promise<string[]>

const tenantsOf = (rows: readonly { tenantId: string }[]) => rows.map(({ tenantId }) => tenantId)

const insert = (em: EntityManager, tenantId: string, n: number): void => {
  em.create(Notebook, { id: `n${n}`, tenantId, slug: `n${n}`, title: tenantId, createdAt: now })
}

const read: Operation = async (em) => tenantsOf(await em.find(Notebook, {}, { limit: 5 }))

const readRaw: Operation = async (em) => {
  const rows: { tenant_id: string }[] = await em.execute(
    'select tenant_id from notes.notebooks order by id desc limit 5',
  )
  return rows.map((row) => row.tenant_id)
}

const write: Operation = async (em, tenantId, n) => {
  insert(em, tenantId, n)
  await em.flush()
  return []
}

const writeAndRead: Operation = (em, tenantId, n) =>
  em.transactional(async (tx) => {
    insert(tx, tenantId, n)
    await tx.flush()
    return read(tx, tenantId, n)
  })

const rollBack: Operation = (em, tenantId, n) =>
  em
    .transactional(async (tx): Promise<string[]> => {
      insert(tx, tenantId, n)
      await tx.flush()
      throw new Error('never mind')
    })
    .catch(() => [])

const fail: Operation = (em) =>
  em.execute('select 1 / 0').then(
    () => [],
    () => [],
  )

const updateAny: Operation = async (em) => {
  const rows: { tenant_id: string }[] = await em.execute(
    `update notes.notebooks set words = words + 1
     where id in (select id from notes.notebooks limit 1 for update skip locked)
     returning tenant_id`,
  )
  return rows.map((row) => row.tenant_id)
}

const mix: readonly Operation[] = [
  read,
  readRaw,
  write,
  read,
  rollBack,
  readRaw,
  writeAndRead,
  fail,
  read,
  updateAny,
]

test('10,000 operations of two tenants over four connections leak nothing', async () => {
  const leaks: string[] = []
  let next = 0
  const work = async () => {
    while (next < operations) {
      const n = next++
      const tenantId = tenants[n % 3 === 0 ? 0 : 1]
      const operation = mix[n % mix.length] ?? read
      const seen = await operation(forkFor(tenantId), tenantId, n)
      leaks.push(...seen.filter((other) => other !== tenantId))
      if (n % 50 === 0) leaks.push(...(await read(forkFor(null), '', n)))
    }
  }
  await Promise.all(Array.from({ length: workers }, work))

  expect(leaks).toEqual([])
  const [written] = await database.asAdmin<{ count: string; moved: string }>(
    `select count(*), count(*) filter (where title <> tenant_id) as moved from notes.notebooks`,
  )
  expect(written).toEqual({ count: String((operations / mix.length) * 2), moved: '0' })
}, 180_000)
