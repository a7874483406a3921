import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { useTestDatabase } from '@logicspike/database/testing'
import { newId } from '@logicspike/ids'
import { createLogger, type Logger } from '@logicspike/telemetry'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import type { LoggedEvent, Sequencer } from '../src/index.ts'
import { createEventBus, createSequencer, type EventBus, eventsDatabase } from '../src/index.ts'
import { provisionStream } from '../src/nats/event-stream.ts'
import { outboxDatabase, startNats, type TestNats, tailReaches } from '../src/testing/index.ts'
import { published } from './support/publishing.ts'

const database = useTestDatabase({ services: [eventsDatabase, outboxDatabase('source')] })
const silent = createLogger({ name: 'test', level: 'silent' })

let nats: TestNats
beforeAll(async () => {
  nats = await startNats()
})
afterAll(() => nats.stop())

const newBus = (given: { natsUrl?: string; production?: boolean; log?: Logger } = {}): EventBus =>
  createEventBus({
    tenantReaderUrl: database.roleUrl('events', 'reader'),
    consumerUrl: database.roleUrl('events', 'consumer'),
    log: silent,
    ...given,
  })

const newSequencer = (): Sequencer =>
  createSequencer({
    url: database.roleUrl('events', 'sequencer'),
    outboxes: { source: database.roleUrl('events', 'sequencer') },
    relay: { natsUrl: nats.url, consumerUrl: database.roleUrl('events', 'consumer') },
    log: silent,
  })

/** Sequencer, relay and a tail on NATS; what the tail has handed on. */
async function aPlatform(pollMs?: number) {
  const sequencer = newSequencer()
  const bus = createEventBus({
    tenantReaderUrl: database.roleUrl('events', 'reader'),
    consumerUrl: database.roleUrl('events', 'consumer'),
    natsUrl: nats.url,
    log: silent,
    ...(pollMs && { pollMs }),
  })
  const heard: LoggedEvent[] = []
  bus.tail.onEvents((events) => heard.push(...events))
  sequencer.start()
  await bus.tail.start()
  return {
    ...{ sequencer, bus, heard },
    async allHeard() {
      await sequencer.caughtUp()
      await tailReaches(bus.tail, await bus.reader.headPosition())
    },
    async close() {
      await sequencer.stop()
      await bus.close()
    },
  }
}

const becomes = (bus: EventBus, connected: boolean): Promise<void> =>
  new Promise((resolve) => {
    const leave = bus.tail.onConnection((value) => value === connected && done())
    const done = () => {
      leave()
      resolve()
    }
    if (bus.tail.connected === connected) done()
  })

/** Positions of what the stream has, in its order. */
async function positionsInStream(): Promise<number[]> {
  const connection = await connect({ servers: new URL(nats.url).host })
  const { streams } = await jetstreamManager(connection)
  const { state } = await streams.info('EVENTS')
  const positions: number[] = []
  // A new stream says that its first message is the one before the first.
  for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq += 1) {
    const message = await streams.getMessage('EVENTS', { seq })
    positions.push(Number(message?.header.get('Logicspike-Position')))
  }
  await connection.close()
  return positions
}

const positionsAfter = async (bus: EventBus, position: number): Promise<number[]> =>
  (await bus.reader.afterPosition(position, 10_000)).map((event) => event.position)

const names = (count: number) => Array.from({ length: count }, (_, index) => `name ${index}`)

describe('the log over NATS', () => {
  test('the stream can be provisioned again and again, and changed', async () => {
    const connection = await connect({ servers: new URL(nats.url).host })
    await provisionStream(connection)
    await provisionStream(connection)
    const { streams } = await jetstreamManager(connection)
    expect((await streams.info('EVENTS')).config).toMatchObject({ subjects: ['events.>'] })
    await connection.close()
  })

  test('brings every event to the tail, as it is in the log, without polls', async () => {
    const { bus, heard, allHeard, close } = await aPlatform(600_000)
    await becomes(bus, true)
    const workspaceId = newId('workspace')
    await published(database, 'source', workspaceId, ...names(50))
    await allHeard()
    expect(heard).toEqual(
      (await bus.reader.afterPosition(0, 1_000)).filter((it) => it.tenantId === workspaceId),
    )
    expect(heard).toHaveLength(50)
    await close()
  })

  test('loses nothing where NATS is killed, and holds up neither the log nor its readers', async () => {
    const { bus, heard, sequencer, allHeard, close } = await aPlatform()
    await becomes(bus, true)
    const start = bus.tail.position
    const workspaceId = newId('workspace')
    await published(database, 'source', workspaceId, ...names(20))
    await nats.kill()
    await published(database, 'source', workspaceId, ...names(20))
    await sequencer.caughtUp()
    await becomes(bus, false)
    await allHeard()
    await nats.restart()
    await becomes(bus, true)
    await published(database, 'source', workspaceId, ...names(20))
    await allHeard()
    const positions = await positionsAfter(bus, start)
    expect(heard.map(({ position }) => position)).toEqual(positions)
    expect(positions).toHaveLength(60)
    await close()
  })

  test('the stream has each event of the log once and in order, over changes of the sequencer', async () => {
    const workspaceId = newId('workspace')
    const first = await aPlatform()
    // Into an empty stream go the events from then on, so the stream has to have begun.
    await eventually(
      async () => {
        await published(database, 'source', workspaceId, 'before')
        return positionsInStream()
      },
      (positions) => positions.length > 0,
    )
    await first.sequencer.caughtUp()
    const start = await first.bus.reader.headPosition()
    const second = newSequencer()
    second.start()
    await published(database, 'source', workspaceId, ...names(200))
    await first.close()
    await published(database, 'source', workspaceId, ...names(50))
    await second.caughtUp()
    const bus = newBus()
    const expected = await positionsAfter(bus, start)
    expect(expected).toHaveLength(250)
    const inStream = await eventually(
      async () => (await positionsInStream()).filter((position) => position > start),
      (positions) => positions.length >= expected.length,
    )
    expect(inStream).toEqual(expected)
    await second.stop()
    await bus.close()
  })

  test('a production start with this old server warns loudly', async () => {
    const lines: string[] = []
    const log = createLogger({ name: 'test' }, { write: (line) => void lines.push(line) })
    const bus = newBus({ natsUrl: nats.url, production: true, log })
    await bus.tail.start()
    await becomes(bus, true)
    const connection = await connect({ servers: new URL(nats.url).host })
    const old = /^2\.([0-9]|10)\./.test(connection.info?.version ?? '')
    await connection.close()
    expect(lines.some((line) => line.includes('CVE-2025-30215'))).toBe(old)
    await bus.close()
  })

  // Last: servers of 2.9 that are busy may lose what is in a stream made right after one of its name.
  test('is followed again after the stream was deleted under it', async () => {
    const { bus, heard, allHeard, close } = await aPlatform()
    await becomes(bus, true)
    const start = bus.tail.position
    const connection = await connect({ servers: new URL(nats.url).host })
    const { streams } = await jetstreamManager(connection)
    await streams.delete('EVENTS')
    await connection.close()
    await becomes(bus, false)
    await published(database, 'source', newId('workspace'), ...names(20))
    await becomes(bus, true)
    await published(database, 'source', newId('workspace'), ...names(20))
    await allHeard()
    expect(heard.map(({ position }) => position)).toEqual(await positionsAfter(bus, start))
    expect(heard).toHaveLength(40)
    await close()
  })
})

/** Asks again until the answer will do; the test's timeout is the limit. */
async function eventually<Value>(
  ask: () => Promise<Value>,
  willDo: (value: Value) => boolean,
): Promise<Value> {
  for (;;) {
    const value = await ask()
    if (willDo(value)) return value
  }
}
