import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { useTestDatabase } from '@logicspike/database/testing'
import { newId } from '@logicspike/ids'
import { createLogger } from '@logicspike/telemetry'
import {
  createEventBus,
  createSequencer,
  type EventBus,
  type EventTail,
  eventsDatabase,
  type LoggedEvent,
  type Sequencer,
} from '../src/index.ts'
import { outboxDatabase, tailReaches } from '../src/testing/index.ts'
import { published } from './support/publishing.ts'

const database = useTestDatabase({ services: [eventsDatabase, outboxDatabase('source')] })
const log = createLogger({ name: 'test', level: 'silent' })

let bus: EventBus
let sequencer: Sequencer

beforeEach(() => {
  const url = database.roleUrl('events', 'sequencer')
  sequencer = createSequencer({ url, outboxes: { source: url }, log })
  sequencer.start()
  bus = createEventBus({
    tenantReaderUrl: database.roleUrl('events', 'reader'),
    consumerUrl: database.roleUrl('events', 'consumer'),
    log,
  })
})

afterEach(async () => {
  await bus.close()
  await sequencer.stop()
})

const namesOf = (events: readonly LoggedEvent[]) =>
  events.map(({ data }) => (data as { name: string }).name)

const logged = async (workspaceId: string, ...names: string[]) => {
  await published(database, 'source', workspaceId, ...names)
  await sequencer.caughtUp()
}

describe('the reader', () => {
  test('gives the events of a workspace in order, with everything the outbox knew', async () => {
    const workspaceId = newId('workspace')
    await logged(workspaceId, 'one', 'two', 'three')
    const events = await bus.reader.afterSeq({ tenantId: workspaceId, seq: 1, limit: 10 })
    expect(namesOf(events)).toEqual(['two', 'three'])
    expect(events[0]).toMatchObject({
      tenantId: workspaceId,
      seq: 2,
      type: 'workspace.renamed',
      version: 1,
      class: 'domain',
      source: 'source',
      subject: workspaceId,
      actor: null,
      correlationId: 'req-12345678',
      causationId: null,
      traceparent: null,
      occurredAt: expect.any(Date),
      recordedAt: expect.any(Date),
    })
  })

  test('reads on from where a batch ended, and stops at the limit', async () => {
    const workspaceId = newId('workspace')
    const from = await bus.reader.headPosition()
    await logged(workspaceId, 'one', 'two', 'three')
    const first = await bus.reader.afterPosition(from, 2)
    const rest = await bus.reader.afterPosition(first.at(-1)?.position ?? 0, 2)
    expect([namesOf(first), namesOf(rest)]).toEqual([['one', 'two'], ['three']])
    expect(await bus.reader.headPosition()).toBe(from + 3)
  })

  test('knows where the line of a workspace begins and ends', async () => {
    const workspaceId = newId('workspace')
    expect(await bus.reader.bounds(workspaceId)).toEqual({ oldestSeq: 0, headSeq: 0 })
    await logged(workspaceId, 'one', 'two')
    expect(await bus.reader.bounds(workspaceId)).toEqual({ oldestSeq: 1, headSeq: 2 })
  })
})

describe('the tail', () => {
  test('hands on everything after its start, in order and once, to whoever listens', async () => {
    const workspaceId = newId('workspace')
    await logged(workspaceId, 'before')
    const heard: LoggedEvent[] = []
    bus.tail.onEvents(() => {
      throw new Error('a listener of poor quality')
    })
    bus.tail.onEvents((events) => heard.push(...events))
    await Promise.all([bus.tail.start(), bus.tail.start()])
    expect(bus.tail.connected).toBe(true)
    for (const name of ['one', 'two', 'three']) await logged(workspaceId, name)
    await tailReaches(bus.tail, await bus.reader.headPosition())
    expect(namesOf(heard)).toEqual(['one', 'two', 'three'])
  })

  test('goes on where it stood when its connection breaks', async () => {
    const workspaceId = newId('workspace')
    const heard: LoggedEvent[] = []
    const connections: boolean[] = []
    bus.tail.onEvents((events) => heard.push(...events))
    bus.tail.onConnection((connected) => connections.push(connected))
    await bus.tail.start()
    await logged(workspaceId, 'one')
    const names = Array.from({ length: 30 }, (_, index) => `n${index}`)
    for (const name of names) {
      await published(database, 'source', workspaceId, name)
      if (name === 'n10' || name === 'n20') await terminate('events-tail')
    }
    await sequencer.caughtUp()
    await tailReaches(bus.tail, await bus.reader.headPosition())
    await connectedAgain(bus.tail)
    expect(namesOf(heard)).toEqual(['one', ...names])
    expect(connections.slice(0, 3)).toEqual([true, false, true])
  })

  test('tells nobody anything once it is stopped', async () => {
    const heard: LoggedEvent[] = []
    bus.tail.onEvents((events) => heard.push(...events))
    await bus.tail.start()
    await bus.tail.stop()
    await logged(newId('workspace'), 'late')
    expect([heard, bus.tail.connected]).toEqual([[], false])
  })
})

const connectedAgain = (tail: EventTail) =>
  new Promise<void>((resolve) => {
    if (tail.connected) return resolve()
    const leave = tail.onConnection(() => {
      leave()
      resolve()
    })
  })

const terminate = (application: string) =>
  database.asAdmin(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = $1 and datname = current_database()`,
    [application],
  )
