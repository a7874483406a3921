import { describe, expect, test } from '@jest/globals'
import { assertMigrationsMatchEntities, useTestDatabase } from '@logicspike/database/testing'
import { newId } from '@logicspike/ids'
import { dropParked, enterInbox, forgetInbox, listParked, redriveParked } from '../src/index.ts'
import { aConsumer, effectsDatabase, effectsIn, recordEffect } from './support/effects.ts'
import { memoryLog } from './support/memory-log.ts'

const database = useTestDatabase({ services: [effectsDatabase], poolSize: 8 })
const openEm = () => database.forkFor('effects', { tenantId: null })
const aName = () => `effects.${newId('request')}`
const idsOf = (events: readonly { id: string }[]) => events.map(({ id }) => id)

test('the tables of consumers are what the entities say', () =>
  assertMigrationsMatchEntities(effectsDatabase))

describe('a consumer', () => {
  test('handles what is of its types, in order, each in the tenant of the event', async () => {
    const { bus, append } = memoryLog()
    const wanted = [append(), append()]
    append({ type: 'workspace.resumed' })
    wanted.push(append())
    append({ type: 'workspace.resumed' })
    const consumer = aConsumer(database, { bus, name: aName() })
    await consumer.settle()
    expect(await effectsIn(database, wanted)).toEqual(idsOf(wanted))
    expect(await consumer.status()).toMatchObject({ position: 5, head: 5, lag: 0, parked: 0 })
  })

  test('goes on where its name stopped, in another process as well', async () => {
    const { bus, append } = memoryLog()
    const name = aName()
    const first = append()
    await aConsumer(database, { bus, name }).settle()
    const second = append()
    await aConsumer(database, { bus, name }).settle()
    expect(await effectsIn(database, [first, second])).toEqual([first.id, second.id])
  })

  test('that starts now leaves alone what was there before', async () => {
    const { bus, append } = memoryLog()
    const before = append()
    const consumer = aConsumer(database, { bus, name: aName(), startAt: 'now' })
    await consumer.status()
    const after = append()
    await consumer.settle()
    expect(await effectsIn(database, [before, after])).toEqual([after.id])
  })

  test.each([
    ['woken by the tail', false],
    ['by looking, where nobody wakes it', true],
  ])('follows the log %s', async (_, silently) => {
    const { bus, append } = memoryLog()
    const pollMs = silently ? 20 : 60_000
    const handled = Promise.withResolvers<void>()
    const consumer = aConsumer(database, {
      ...{ bus, pollMs, name: aName() },
      handle: async () => handled.resolve(),
    })
    consumer.start()
    await consumer.settle()
    append({}, { silently })
    await handled.promise
    await consumer.stop()
  })

  test('takes effect once where four processes run it at once', async () => {
    const { bus, append } = memoryLog()
    const name = aName()
    const events = Array.from({ length: 60 }, () => append())
    const crew = Array.from({ length: 4 }, () => aConsumer(database, { bus, name }))
    await Promise.all(crew.map((consumer) => consumer.settle()))
    expect(await effectsIn(database, events)).toEqual(idsOf(events))
  })

  test('leaves no effect of a handling whose commit never came', async () => {
    const { bus, append } = memoryLog()
    const name = aName()
    const event = append()
    let tries = 0
    const consumer = aConsumer(database, {
      ...{ bus, name },
      handle: async (tx, it) => {
        await recordEffect(tx, it)
        tries += 1
        // As if the process had been killed: the server ends its connection.
        if (tries === 1) await tx.em.execute('select pg_terminate_backend(pg_backend_pid())')
      },
    })
    await consumer.settle()
    expect(tries).toBe(2)
    expect(await effectsIn(database, [event])).toEqual([event.id])
  })

  test('is not delayed by another one that stands still', async () => {
    const { bus, append } = memoryLog()
    const event = append()
    const gate = Promise.withResolvers<void>()
    const reached = Promise.withResolvers<void>()
    const still = aConsumer(database, {
      ...{ bus, name: aName() },
      handle: () => {
        reached.resolve()
        return gate.promise
      },
    })
    still.start()
    await reached.promise
    await aConsumer(database, { bus, name: aName() }).settle()
    expect(await effectsIn(database, [event])).toEqual([event.id])
    gate.resolve()
    await still.stop()
  })
})

describe('an event that fails', () => {
  const poison = () => {
    const log = memoryLog()
    const [bad, good] = [log.append(), log.append()]
    let mended = false
    const handle: typeof recordEffect = async (tx, event) => {
      if (event.id === bad.id && !mended) throw new Error('cannot be handled')
      await recordEffect(tx, event)
    }
    const mend = () => {
      mended = true
    }
    return { ...log, bad, good, handle, mend }
  }

  test('is tried again, and its tries are counted over all processes', async () => {
    const { bus, append } = memoryLog()
    const name = aName()
    const event = append()
    let tries = 0
    const flaky: typeof recordEffect = async (tx, it) => {
      tries += 1
      if (tries < 3) throw new Error('not yet')
      await recordEffect(tx, it)
    }
    const crew = [1, 2].map(() => aConsumer(database, { bus, name, handle: flaky }))
    await Promise.all(crew.map((consumer) => consumer.settle()))
    expect(await effectsIn(database, [event])).toEqual([event.id])
    expect(await listParked(openEm(), name)).toEqual([])
  })

  test('waits as long as the back-off says', async () => {
    const { bus, bad, handle } = poison()
    const name = aName()
    let now = Date.parse('2026-01-01T00:00:00Z')
    const clock = {
      now() {
        now += 10_000
        return new Date(now)
      },
    }
    const failed: number[] = []
    const consumer = aConsumer(database, {
      ...{ bus, name, clock, backoff: () => 60_000, pollMs: 5 },
      handle: async (tx, event) => {
        if (event.id === bad.id) failed.push(now)
        await handle(tx, event)
      },
    })
    await consumer.settle()
    const gaps = failed.slice(1).map((it, index) => it - Number(failed[index]))
    expect(gaps).toHaveLength(2)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(60_000)
  })

  test('is parked whole and skipped, and takes effect once it is redriven', async () => {
    const { bus, bad, good, handle, mend } = poison()
    const name = aName()
    const consumer = aConsumer(database, { bus, name, handle })
    await consumer.settle()
    expect(await effectsIn(database, [bad, good])).toEqual([good.id])
    expect(await consumer.status()).toMatchObject({ lag: 0, parked: 1, blockedBy: null })
    const [parked] = await listParked(openEm(), name)
    expect(parked).toMatchObject({ event: bad, tries: 3, state: 'parked' })
    expect(parked?.lastError).toBe('Error: cannot be handled')

    await redriveParked(openEm(), { consumer: name })
    await consumer.settle()
    expect(await listParked(openEm(), name)).toMatchObject([{ tries: 4, state: 'parked' }])

    mend()
    expect(await redriveParked(openEm(), { consumer: name, eventId: bad.id })).toEqual([bad.id])
    await Promise.all([1, 2, 3].map(() => aConsumer(database, { bus, name, handle }).settle()))
    expect(await effectsIn(database, [bad, good])).toEqual([good.id, bad.id])
    expect(await listParked(openEm(), name)).toEqual([])
  })

  test('blocks those after it where order matters more, until it is redriven', async () => {
    const { bus, bad, good, handle, mend } = poison()
    const name = aName()
    const consumer = aConsumer(database, { bus, name, handle, onPoison: 'block' })
    await expect(consumer.settle()).rejects.toThrow(bad.id)
    expect(await consumer.status()).toMatchObject({ parked: 1, lag: 2, blockedBy: bad.id })

    await redriveParked(openEm(), { consumer: name })
    await expect(consumer.settle()).rejects.toThrow(bad.id)
    expect(await listParked(openEm(), name)).toMatchObject([{ tries: 6, state: 'parked' }])

    mend()
    await redriveParked(openEm(), { consumer: name })
    await consumer.settle()
    expect(await effectsIn(database, [bad, good])).toEqual([bad.id, good.id])
    expect(await listParked(openEm(), name)).toEqual([])
  })

  test('no longer blocks once it is dropped', async () => {
    const { bus, bad, good, handle } = poison()
    const name = aName()
    const consumer = aConsumer(database, { bus, name, handle, onPoison: 'block' })
    await expect(consumer.settle()).rejects.toThrow(bad.id)
    await dropParked(openEm(), { consumer: name, eventId: bad.id, now: new Date() })
    await consumer.settle()
    expect(await effectsIn(database, [bad, good])).toEqual([good.id])
  })
})

describe('the inbox', () => {
  test('lets a key in once, also where several come at once, and forgets what is old', async () => {
    const entry = { consumer: aName(), key: newId('event') }
    const clock = { now: () => new Date('2020-01-01T00:00:00Z') }
    const enter = () => enterInbox({ em: openEm(), clock }, entry)
    const answers = await Promise.all([enter(), enter(), enter()])
    expect(answers.toSorted()).toEqual([false, false, true])
    expect(await enterInbox({ em: openEm(), clock }, { ...entry, consumer: aName() })).toBe(true)
    expect(await forgetInbox({ em: openEm(), clock }, new Date('2021-01-01'))).toBe(2)
    expect(await enter()).toBe(true)
  })
})
