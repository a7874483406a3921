import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { useTestDatabase } from '@logicspike/database/testing'
import { newId } from '@logicspike/ids'
import { createLogger } from '@logicspike/telemetry'
import { createEventBus, createSequencer, type EventBus, eventsDatabase } from '../src/index.ts'
import { type Connection, openConnection } from '../src/log/connection.ts'
import { applyRetention, assertRetention } from '../src/sequencer/retention.ts'
import { outboxDatabase } from '../src/testing/index.ts'
import { published } from './support/publishing.ts'

const database = useTestDatabase({ services: [eventsDatabase, outboxDatabase('source')] })
const log = createLogger({ name: 'test', level: 'silent' })
const kept = { payloadDays: 90, logDays: 400, idDays: 800 }

let bus: EventBus
let leader: Connection

beforeEach(async () => {
  leader = await openConnection({ url: sequencerUrl(), name: 'events-sequencer', log })
  bus = aBus()
})
afterEach(async () => {
  await bus.close()
  await leader.client.end()
})

const aBus = () =>
  createEventBus({
    tenantReaderUrl: database.roleUrl('events', 'reader'),
    consumerUrl: database.roleUrl('events', 'consumer'),
    log,
  })
const sequencerUrl = () => database.roleUrl('events', 'sequencer')
const retain = () => applyRetention({ url: sequencerUrl(), log, retention: kept }, leader.shared)

/** Events of a workspace, each recorded so many days ago. */
async function recorded(workspaceId: string, ...daysAgo: number[]): Promise<void> {
  const sequencer = createSequencer({
    url: sequencerUrl(),
    outboxes: { source: sequencerUrl() },
    log,
  })
  sequencer.start()
  await published(database, 'source', workspaceId, ...daysAgo.map((days) => `${days} days`))
  await sequencer.caughtUp()
  await sequencer.stop()
  const events = await bus.reader.afterSeq({ tenantId: workspaceId, seq: 0, limit: 100 })
  for (const [index, days] of daysAgo.entries()) {
    const { position, id } = events[index] ?? {}
    await database.asAdmin(`select events.provide_partition(current_date - ${days})`)
    for (const table of ['event_log', 'event_payloads']) {
      await database.asAdmin(
        `update events.${table} set recorded_at = recorded_at - make_interval(days => $1) where position = $2`,
        [days, position],
      )
    }
    await database.asAdmin(
      'update events.event_ids set recorded_at = recorded_at - make_interval(days => $1) where id = $2',
      [days, id],
    )
  }
}

describe('retention', () => {
  test('drops days of payloads first, then of events, and says where a line begins', async () => {
    const [workspaceId, untouched] = [newId('workspace'), newId('workspace')]
    await recorded(workspaceId, 500, 450, 399, 91, 10)
    await recorded(untouched, 5)
    await retain()
    const reader = bus.reader
    expect(await reader.bounds(workspaceId)).toEqual({ oldestSeq: 3, headSeq: 5 })
    expect(await reader.bounds(untouched)).toEqual({ oldestSeq: 1, headSeq: 1 })
    const left = await reader.afterSeq({ tenantId: workspaceId, seq: 0, limit: 10 })
    expect(left.map(({ seq, data }) => [seq, (data as { name: string } | null)?.name])).toEqual([
      [3, undefined],
      [4, undefined],
      [5, '10 days'],
    ])
    const [head] = await database.asAdmin('select oldest_position from events.log_head')
    expect(head).toEqual({ oldest_position: `${left[0]?.position}` })
  })

  test('who reads on from any day misses nothing of the days that are kept', async () => {
    const workspaceId = newId('workspace')
    await recorded(workspaceId, 60, 59, 20, 2, 1, 0)
    await retain()
    const seqs = [1, 2, 3, 4, 5, 6]
    for (const seq of seqs) {
      const cold = aBus()
      const before = { tenantId: workspaceId, seq: seq - 1, limit: 10 }
      const events = await cold.reader.afterSeq(before)
      expect(events.map((it) => it.seq)).toEqual(seqs.slice(seq - 1))
      const rest = await cold.reader.afterPosition(events[0]?.position ?? 0, 10)
      expect(rest.map((it) => it.seq)).toEqual(seqs.slice(seq))
      await cold.close()
    }
  })

  test('a line that is gone as a whole begins after its head', async () => {
    const workspaceId = newId('workspace')
    await recorded(workspaceId, 700, 650)
    await retain()
    expect(await bus.reader.bounds(workspaceId)).toEqual({ oldestSeq: 3, headSeq: 2 })
  })

  test('knows an event again after it is gone, and forgets it in the end', async () => {
    const workspaceId = newId('workspace')
    await recorded(workspaceId, 1_000, 600)
    const ids = `select id from events.event_ids where recorded_at < now() - interval '500 days'`
    const before = await database.asAdmin(ids)
    await retain()
    expect(await database.asAdmin(ids)).toHaveLength(before.length - 1)
  })

  test('what is in use is dropped the next time', async () => {
    const workspaceId = newId('workspace')
    await recorded(workspaceId, 800)
    const holder = await openConnection({ url: database.adminUrl, name: 'holder', log })
    await holder.client.query('begin')
    await holder.client.query('select from events.event_log')
    await expect(retain()).rejects.toThrow(/lock timeout/)
    await holder.client.end()
    await retain()
    expect(await bus.reader.afterSeq({ tenantId: workspaceId, seq: 0, limit: 1 })).toEqual([])
  })

  test('ids are kept as long as events, and events as long as their payloads', () => {
    expect(() => assertRetention({ payloadDays: 90, logDays: 30, idDays: 800 })).toThrow(TypeError)
    expect(() => assertRetention({ payloadDays: 9, logDays: 30, idDays: 20 })).toThrow(TypeError)
    expect(() => assertRetention(kept)).not.toThrow()
  })
})
