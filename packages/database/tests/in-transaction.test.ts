import { describe, expect, test } from '@jest/globals'
import { ok, type Result, refuse } from '@logicspike/errors'
import { IsolationLevel } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'
import {
  advisoryLock,
  inTransaction,
  isForeignKeyViolation,
  isUniqueViolation,
  lockRow,
} from '../src/index.ts'
import { useTestDatabase } from '../src/testing/index.ts'
import { Notebook, notes, Page } from './support/notes.ts'

const database = useTestDatabase({ services: [notes] })
const contextOf = (tenantId: string) => ({
  em: database.forkFor('notes', { tenantId }),
  greeting: 'hello',
})

let count = 0
/** Ids are unique in this file; the slug follows from the id. */
function addNotebook(em: EntityManager, tenantId: string, slug?: string): string {
  count += 1
  const id = `notebook-${count}`
  em.create(Notebook, { id, tenantId, slug: slug ?? id, title: 'new', createdAt: new Date() })
  return id
}

const exists = async (tenantId: string, id: string): Promise<boolean> =>
  (await contextOf(tenantId).em.count(Notebook, { id })) === 1

/** Resolves for everybody once `size` have come. */
function meetingOf(size: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let waiting = 0
  return () => {
    waiting += 1
    if (waiting === size) resolve()
    return promise
  }
}

describe('the outcome decides over the writes', () => {
  test('success commits them, also those not flushed', async () => {
    const result = await inTransaction(contextOf('a'), async (tx) => ok(addNotebook(tx.em, 'a')))
    expect(result).toEqual({ ok: true, value: expect.any(String) })
    expect(result.ok && (await exists('a', result.value))).toBe(true)
  })

  test('a refusal undoes them and is the answer', async () => {
    let id = ''
    const result = await inTransaction(contextOf('a'), async (tx) => {
      id = addNotebook(tx.em, 'a')
      await tx.em.flush()
      return refuse('too many', 'too long')
    })
    expect(result).toEqual({ ok: false, errors: ['too many', 'too long'] })
    expect(await exists('a', id)).toBe(false)
  })

  test('a refusal that keeps writes commits them', async () => {
    let id = ''
    const result = await inTransaction(contextOf('a'), async (tx) => {
      id = addNotebook(tx.em, 'a')
      return refuse.keeping('reused')
    })
    expect(result).toEqual({ ok: false, errors: ['reused'], keepWrites: true })
    expect(await exists('a', id)).toBe(true)
  })

  test('a thrown error undoes them and is passed on', async () => {
    let id = ''
    const work = inTransaction(contextOf('a'), async (tx): Promise<Result<void, never>> => {
      id = addNotebook(tx.em, 'a')
      await tx.em.flush()
      throw new TypeError('broken')
    })
    await expect(work).rejects.toThrow(new TypeError('broken'))
    expect(await exists('a', id)).toBe(false)
  })
})

describe('the context', () => {
  test('is passed on, with the transaction in place of its entity manager', async () => {
    const ctx = contextOf('a')
    await inTransaction(ctx, async (tx) => {
      expect(tx.greeting).toBe('hello')
      expect(tx.em).not.toBe(ctx.em)
      expect(tx.em.isInTransaction()).toBe(true)
      return ok(null)
    })
    expect(ctx.em.isInTransaction()).toBe(false)
  })

  test('keeps its tenant inside', async () => {
    const result = await inTransaction(contextOf('a'), async (tx) => ok(addNotebook(tx.em, 'a')))
    const seen = await inTransaction(contextOf('b'), async (tx) =>
      ok(await tx.em.findOne(Notebook, result.ok ? result.value : '')),
    )
    expect(seen).toEqual(ok(null))
  })

  test('reads anew after the commit what it had read before', async () => {
    const ctx = contextOf('a')
    const id = addNotebook(ctx.em, 'a')
    await ctx.em.flush()
    await inTransaction(ctx, async (tx) => {
      const notebook = await tx.em.findOneOrFail(Notebook, id)
      notebook.title = 'changed'
      return ok(null)
    })
    expect(await ctx.em.findOneOrFail(Notebook, id)).toMatchObject({ title: 'changed' })
  })

  test('may not hold a transaction already', async () => {
    const work = inTransaction(contextOf('a'), (tx) => inTransaction(tx, async () => ok(null)))
    await expect(work).rejects.toThrow('A transaction is open already')
  })
})

describe('the work runs again', () => {
  test('when two transactions wait for each other', async () => {
    const [first, second] = await twoNotebooks()
    const bothHoldOne = meetingOf(2)
    let runs = 0
    const swap = (one: string, other: string) =>
      inTransaction(contextOf('a'), async ({ em }) => {
        runs += 1
        await lockRow(em, Notebook, { id: one })
        if (runs <= 2) await bothHoldOne()
        const notebook = await lockRow(em, Notebook, { id: other })
        if (notebook) notebook.words += 1
        return ok(null)
      })
    expect(await Promise.all([swap(first, second), swap(second, first)])).toEqual([
      ok(null),
      ok(null),
    ])
    expect(runs).toBe(3)
    expect(await wordsOf(first)).toBe(1)
    expect(await wordsOf(second)).toBe(1)
  })

  test('when a serializable transaction was overtaken', async () => {
    const [id] = await twoNotebooks()
    const bothHaveRead = meetingOf(2)
    let runs = 0
    const increment = () =>
      inTransaction(
        contextOf('a'),
        async ({ em }) => {
          runs += 1
          const notebook = await em.findOneOrFail(Notebook, id)
          if (runs <= 2) await bothHaveRead()
          notebook.words += 1
          return ok(null)
        },
        { isolationLevel: IsolationLevel.SERIALIZABLE },
      )
    await Promise.all([increment(), increment()])
    expect(runs).toBe(3)
    expect(await wordsOf(id)).toBe(2)
  })

  test('three times at most', async () => {
    let runs = 0
    const work = inTransaction(contextOf('a'), async ({ em }): Promise<Result<void, never>> => {
      runs += 1
      await em.execute(`do $$ begin raise exception 'again' using errcode = '40001'; end $$`)
      return ok(undefined)
    })
    await expect(work).rejects.toMatchObject({ code: '40001' })
    expect(runs).toBe(3)
  })

  test('never after another error', async () => {
    let runs = 0
    const work = inTransaction(contextOf('a'), async ({ em }): Promise<Result<void, never>> => {
      runs += 1
      await em.execute('select 1 / 0')
      return ok(undefined)
    })
    await expect(work).rejects.toMatchObject({ code: '22012' })
    expect(runs).toBe(1)
  })
})

describe('violations are recognised by the name of their constraint', () => {
  test('a taken unique key', async () => {
    const work = inTransaction(contextOf('a'), async ({ em }) => {
      addNotebook(em, 'a', 'taken')
      addNotebook(em, 'a', 'taken')
      return ok(null)
    })
    const error = await work.catch((thrown: unknown) => thrown)
    expect(isUniqueViolation(error, 'notebooks_slug_unique')).toBe(true)
    expect(isUniqueViolation(error, 'notebooks_pkey')).toBe(false)
  })

  test('a reference to a row of another tenant', async () => {
    const theirs = await inTransaction(contextOf('b'), async (tx) => ok(addNotebook(tx.em, 'b')))
    const work = inTransaction(contextOf('a'), async ({ em }) => {
      const notebookId = theirs.ok ? theirs.value : ''
      em.create(Page, { id: 'page', tenantId: 'a', notebookId, text: 'mine' })
      return ok(null)
    })
    const error = await work.catch((thrown: unknown) => thrown)
    expect(isForeignKeyViolation(error, 'pages_notebook_id_tenant_foreign')).toBe(true)
  })
})

describe('locks', () => {
  test('an advisory lock makes the second transaction wait for the end of the first', async () => {
    const order: string[] = []
    const firstHolds = meetingOf(2)
    const first = inTransaction(contextOf('a'), async ({ em }) => {
      await advisoryLock(em, 'test', 'x')
      await firstHolds()
      await somebodyWaits()
      order.push('first')
      return ok(null)
    })
    const second = inTransaction(contextOf('b'), async ({ em }) => {
      await firstHolds()
      await advisoryLock(em, 'test', 'x')
      order.push('second')
      return ok(null)
    })
    await Promise.all([first, second])
    expect(order).toEqual(['first', 'second'])
  })

  test('need a transaction', async () => {
    const { em } = contextOf('a')
    await expect(advisoryLock(em, 'test', 'x')).rejects.toThrow('outside a transaction')
    await expect(lockRow(em, Notebook, { id: 'x' })).rejects.toThrow('outside a transaction')
  })
})

/** Resolves when a session of this database waits for an advisory lock. */
async function somebodyWaits(): Promise<void> {
  const waiting = `select from pg_locks where locktype = 'advisory' and not granted
    and database = (select oid from pg_database where datname = current_database())`
  while ((await database.asAdmin(waiting)).length === 0);
}

async function twoNotebooks(): Promise<[string, string]> {
  const { em } = contextOf('a')
  const ids: [string, string] = [addNotebook(em, 'a'), addNotebook(em, 'a')]
  await em.flush()
  return ids
}

const wordsOf = async (id: string): Promise<number> =>
  (await contextOf('a').em.findOneOrFail(Notebook, id)).words
