import { afterEach, describe, expect, test } from '@jest/globals'
import { useTestDatabase } from '@logicspike/database/testing'
import { newId } from '@logicspike/ids'
import { createLogger } from '@logicspike/telemetry'
import pg from 'pg'
import { createSequencer, eventsDatabase, type Sequencer } from '../src/index.ts'
import { outboxDatabase } from '../src/testing/index.ts'
import { expectWholeLog, logRows, namesOf, terminate, untilLogged } from './support/log-facts.ts'
import { aContext, published, publishRenames } from './support/publishing.ts'

const sources = ['shop', 'desk', 'bank']
const database = useTestDatabase({ services: [eventsDatabase, ...sources.map(outboxDatabase)] })
const log = createLogger({ name: 'test', level: 'silent' })
const running: Sequencer[] = []

/**
 * @param far services whose outbox is moved as one of another database is: another name of the
 *   server makes the sequencer take it for one
 */
function aSequencer(options: { far?: string[]; batchSize?: number } = {}): Sequencer {
  const { far = [], ...rest } = options
  const url = database.roleUrl('events', 'sequencer')
  const outboxes = Object.fromEntries(
    sources.map((it) => [it, far.includes(it) ? elsewhere(url) : url]),
  )
  const it = createSequencer({ url, outboxes, log, ...rest })
  it.start()
  running.push(it)
  return it
}

function elsewhere(url: string): string {
  const other = new URL(url)
  other.hostname = other.hostname === 'localhost' ? '127.0.0.1' : 'localhost'
  return other.href
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((it) => it.stop()))
  await expectWholeLog(database)
  for (const source of sources) {
    expect(await database.asAdmin(`select * from ${source}.outbox`)).toEqual([])
  }
})

/** A transaction that has written and not ended yet. */
async function openWriter(service: string, workspaceId: string, name: string) {
  const ctx = aContext(database, service, workspaceId)
  await ctx.em.begin()
  await publishRenames(ctx, workspaceId, [name])
  return { commit: () => ctx.em.commit(), rollback: () => ctx.em.rollback() }
}

describe('the sequencer', () => {
  test('waits for no long transaction, and skips nothing of it', async () => {
    const sequencer = aSequencer()
    const workspaceId = newId('workspace')
    const long = await openWriter('shop', workspaceId, 'long')
    for (const name of ['one', 'two', 'three']) {
      await published(database, 'shop', workspaceId, name)
      await sequencer.caughtUp()
    }
    expect(await namesOf(database, workspaceId)).toEqual(['one', 'two', 'three'])
    await long.commit()
    await sequencer.caughtUp()
    expect(await namesOf(database, workspaceId)).toEqual(['one', 'two', 'three', 'long'])
  })

  test('keeps the order in which a service wrote what is visible at once', async () => {
    const workspaceId = newId('workspace')
    const first = await openWriter('shop', workspaceId, 'first')
    const second = await openWriter('shop', workspaceId, 'second')
    await second.commit()
    await first.commit()
    await published(database, 'desk', workspaceId, 'third')
    await aSequencer().caughtUp()
    expect(await namesOf(database, workspaceId)).toEqual(['first', 'second', 'third'])
  })

  test('keeps the order between services when more waits than is moved at a time', async () => {
    const workspaceId = newId('workspace')
    const names = Array.from({ length: 40 }, (_, index) => `${index}`)
    for (const name of names) {
      const source = Number(name) % 10 === 9 ? 'desk' : 'shop'
      await published(database, source, workspaceId, name)
    }
    await aSequencer({ batchSize: 5 }).caughtUp()
    expect(await namesOf(database, workspaceId)).toEqual(names)
  })

  test('leaves no trace of what was rolled back', async () => {
    const sequencer = aSequencer()
    const workspaceId = newId('workspace')
    const writer = await openWriter('shop', workspaceId, 'regretted')
    await published(database, 'shop', workspaceId, 'kept')
    await writer.rollback()
    await sequencer.caughtUp()
    expect(await namesOf(database, workspaceId)).toEqual(['kept'])
  })

  test.each([
    ['in the database of the log', []],
    ['of which some are elsewhere', ['desk', 'bank']],
  ])(
    'numbers without a gap what parallel writers put into outboxes %s',
    async (_, far) => {
      const sequencer = aSequencer({ far, batchSize: 7 })
      const workspaces = Array.from({ length: 20 }, () => newId('workspace'))
      const before = (await logRows(database)).length
      await Promise.all(
        sources.flatMap((source) =>
          workspaces.map(async (workspaceId) => {
            for (const nth of [1, 2, 3, 4]) {
              await published(database, source, workspaceId, `${source} ${nth}`)
              if (nth % 2 === 0) {
                const regretted = await openWriter(source, workspaceId, 'regretted')
                await regretted.rollback()
              }
            }
          }),
        ),
      )
      await sequencer.caughtUp()
      const rows = (await logRows(database)).slice(before)
      expect(rows).toHaveLength(sources.length * workspaces.length * 4)
      for (const workspaceId of workspaces) {
        const names = rows.filter((it) => it.tenant_id === workspaceId).map(({ name }) => name)
        for (const source of sources) {
          expect(names.filter((it) => it.startsWith(source))).toEqual(
            [1, 2, 3, 4].map((nth) => `${source} ${nth}`),
          )
        }
      }
    },
    60_000,
  )

  test('two at once: one leads, and nothing comes twice', async () => {
    const two = [aSequencer(), aSequencer()]
    const workspaceId = newId('workspace')
    const names = Array.from({ length: 50 }, (_, index) => `${index}`)
    for (const name of names) await published(database, 'shop', workspaceId, name)
    await Promise.race(two.map((it) => it.caughtUp().catch(() => new Promise(() => {}))))
    expect(two.filter((it) => it.leads)).toHaveLength(1)
    expect(await namesOf(database, workspaceId)).toEqual(names)
  })

  test('another takes over from one that stops', async () => {
    const first = aSequencer()
    const workspaceId = newId('workspace')
    await published(database, 'shop', workspaceId, 'one')
    await first.caughtUp()
    const second = aSequencer()
    await first.stop()
    await published(database, 'shop', workspaceId, 'two')
    await second.caughtUp()
    expect([first.leads, second.leads]).toEqual([false, true])
    expect(await namesOf(database, workspaceId)).toEqual(['one', 'two'])
  })

  test.each([
    ['in the database of the log', []],
    ['elsewhere', sources],
  ])(
    'loses and doubles nothing when killed at work, outboxes being %s',
    async (_, far) => {
      const two = [aSequencer({ far, batchSize: 5 }), aSequencer({ far, batchSize: 5 })]
      const workspaceId = newId('workspace')
      const names = Array.from({ length: 120 }, (_, index) => `${index}`)
      for (const name of names) {
        await published(database, sources[0] ?? '', workspaceId, name)
        if (Number(name) % 30 === 15) await terminate(database, 'events-sequencer')
      }
      await Promise.race(two.map((it) => it.caughtUp().catch(() => new Promise(() => {}))))
      expect(await namesOf(database, workspaceId)).toEqual(names)
    },
    60_000,
  )

  test('knows again what is left in an outbox after a crash between log and outbox', async () => {
    const sequencer = aSequencer({ far: ['shop'] })
    const workspaceId = newId('workspace')
    await published(database, 'shop', workspaceId, 'one', 'two')
    await database.asAdmin('create table shop.kept as select * from shop.outbox')
    await sequencer.caughtUp()
    await database.asAdmin('insert into shop.outbox select * from shop.kept on conflict do nothing')
    await published(database, 'shop', workspaceId, 'three')
    await sequencer.caughtUp()
    await database.asAdmin('drop table shop.kept')
    expect(await namesOf(database, workspaceId)).toEqual(['one', 'two', 'three'])
  })

  test.each([
    ['in the database of the log', []],
    ['elsewhere', ['desk']],
  ])('an outbox that cannot be reached, %s, holds up no other', async (_, far) => {
    const sequencer = aSequencer({ far })
    const workspaceId = newId('workspace')
    const blocker = new pg.Client({ connectionString: database.adminUrl })
    await blocker.connect()
    await blocker.query('begin')
    await published(database, 'desk', workspaceId, 'stuck')
    await blocker.query('lock table desk.outbox in access exclusive mode')
    await published(database, 'shop', workspaceId, 'free')
    await untilLogged(database, workspaceId, 'free')
    await blocker.query('rollback')
    await blocker.end()
    await sequencer.caughtUp()
    expect((await namesOf(database, workspaceId)).toSorted()).toEqual(['free', 'stuck'])
  })
})
