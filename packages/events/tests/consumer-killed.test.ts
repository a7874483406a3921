import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { useTestDatabase } from '@logicspike/database/testing'
import { newId } from '@logicspike/ids'
import { createLogger } from '@logicspike/telemetry'
import { createEventBus, createSequencer, eventsDatabase } from '../src/index.ts'
import { outboxDatabase } from '../src/testing/index.ts'
import type { Places } from './support/consumer-process.ts'
import { aConsumer, effectsDatabase, effectsIn } from './support/effects.ts'
import { published } from './support/publishing.ts'

const database = useTestDatabase({
  services: [eventsDatabase, outboxDatabase('source'), effectsDatabase],
})
const log = createLogger({ name: 'test', level: 'silent' })
const program = `${import.meta.dirname}/support/consumer-process.ts`

const effects = async (): Promise<number> => {
  const [row] = await database.asAdmin<{ count: number }>(
    'select count(*)::int as count from effects.effects',
  )
  return row?.count ?? 0
}

/** Kills the process outright as soon as it has done some more. */
async function killAtWork(child: ChildProcess, done: number): Promise<void> {
  while ((await effects()) <= done) {
    expect(child.exitCode).toBeNull()
    await setTimeout(50)
  }
  child.kill('SIGKILL')
  await once(child, 'exit')
}

test('two processes that are killed at work again and again do everything once and in order', async () => {
  const url = database.roleUrl('events', 'sequencer')
  const sequencer = createSequencer({ url, outboxes: { source: url }, log })
  const places: Places = {
    name: 'effects.killed',
    effects: database.serviceUrl('effects'),
    reader: database.roleUrl('events', 'reader'),
    consumer: database.roleUrl('events', 'consumer'),
  }
  const bus = createEventBus({ tenantReaderUrl: places.reader, consumerUrl: places.consumer, log })
  const start = () => spawn(process.execPath, [program, JSON.stringify(places)])
  sequencer.start()
  const workspaces = Array.from({ length: 4 }, () => newId('workspace'))
  let over = false
  const publishing = Promise.all(
    workspaces.map(async (workspaceId) => {
      for (let count = 0; !over; count += 1) {
        await published(database, 'source', workspaceId, `name ${count}`)
        await setTimeout(50)
      }
    }),
  )

  let crew = [start(), start()]
  for (let round = 0; round < 2; round += 1) {
    const [victim, survivor] = crew
    if (!victim || !survivor) throw new Error('The crew are two.')
    await killAtWork(victim, await effects())
    crew = [survivor, start()]
  }
  over = true
  await publishing
  await sequencer.caughtUp()
  const consumer = aConsumer(database, { bus, name: places.name, types: ['workspace.renamed'] })
  await consumer.settle()
  for (const child of crew) {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  const events = await bus.reader.afterPosition(0, 100_000)
  expect(events.length).toBeGreaterThan(20)
  expect(await effectsIn(database, events)).toEqual(events.map(({ id }) => id))
  await sequencer.stop()
  await bus.close()
})
