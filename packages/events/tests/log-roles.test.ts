import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { useTestDatabase } from '@logicspike/database/testing'
import { newId } from '@logicspike/ids'
import { createLogger } from '@logicspike/telemetry'
import pg from 'pg'
import { createEventBus, createSequencer, type EventBus, eventsDatabase } from '../src/index.ts'
import { outboxDatabase } from '../src/testing/index.ts'
import { published } from './support/publishing.ts'

/* What PostgreSQL holds each role of the log to, whatever the code that connects as it does. */

const database = useTestDatabase({ services: [eventsDatabase, outboxDatabase('source')] })
const log = createLogger({ name: 'test', level: 'silent' })

const [own, foreign] = [newId('workspace'), newId('workspace')]
const tenanted = ['event_log', 'event_payloads', 'tenant_heads']

let bus: EventBus
beforeEach(async () => {
  bus = createEventBus({
    tenantReaderUrl: database.roleUrl('events', 'reader'),
    consumerUrl: database.roleUrl('events', 'consumer'),
    log,
  })
  const url = database.roleUrl('events', 'sequencer')
  const sequencer = createSequencer({ url, outboxes: { source: url }, log })
  sequencer.start()
  await published(database, 'source', own, 'own')
  await published(database, 'source', foreign, 'foreign')
  await sequencer.caughtUp()
  await sequencer.stop()
})
afterEach(() => bus.close())

/** Rows, or the SQLSTATE of the refusal, of one statement as a role, for a workspace or for none. */
async function attempt(url: string, sql: string, tenantId?: string): Promise<unknown[] | string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('begin')
    if (tenantId) await client.query(`select set_config('app.tenant_id', $1, true)`, [tenantId])
    return (await client.query(sql)).rows
  } catch (error) {
    return (error as pg.DatabaseError).code ?? `${error}`
  } finally {
    await client.end()
  }
}

const DENIED = '42501'

describe('as the reader', () => {
  const reader = () => database.roleUrl('events', 'reader')

  test.each(tenanted)('%s shows rows of the workspace that is set, and no other', async (table) => {
    const tenants = `select distinct tenant_id from events.${table}`
    expect(await attempt(reader(), tenants, own)).toEqual([{ tenant_id: own }])
    expect(await attempt(reader(), tenants, foreign)).toEqual([{ tenant_id: foreign }])
  })

  test.each(tenanted)('%s shows nothing without a workspace', async (table) => {
    expect(await attempt(reader(), `select * from events.${table}`)).toEqual([])
  })

  test.each(['event_log', 'event_payloads'])('no day of %s can be read past it', async (table) => {
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '')
    expect(await attempt(reader(), `select * from events.${table}_${day}`, own)).toBe(DENIED)
  })

  test.each(['log_head', 'event_ids'])('%s, which tells of all, cannot be read', async (table) => {
    expect(await attempt(reader(), `select * from events.${table}`, own)).toBe(DENIED)
  })

  test('a pooled connection remembers no workspace', async () => {
    const read = (tenantId: string) => bus.reader.afterSeq({ tenantId, seq: 0, limit: 1_000 })
    for (const tenantId of [own, foreign, own, newId('workspace')]) {
      expect((await read(tenantId)).every((it) => it.tenantId === tenantId)).toBe(true)
    }
    expect(await read(newId('workspace'))).toEqual([])
  })
})

test('as the consumer: every workspace is seen, nothing can be changed', async () => {
  const url = database.roleUrl('events', 'consumer')
  for (const table of tenanted) {
    const tenants = `select distinct tenant_id from events.${table} order by 1`
    expect(await attempt(url, tenants)).toEqual(
      [own, foreign].sort().map((it) => ({ tenant_id: it })),
    )
    expect(await attempt(url, `delete from events.${table}`)).toBe(DENIED)
    expect(await attempt(url, `update events.${table} set tenant_id = null`)).toBe(DENIED)
  }
})

test('as the sequencer: what is in the log can be neither changed nor taken out', async () => {
  const url = database.roleUrl('events', 'sequencer')
  for (const table of ['event_log', 'event_payloads']) {
    for (const sql of [
      `update events.${table} set tenant_id = null`,
      `delete from events.${table}`,
      `truncate events.${table}`,
      `drop table events.${table}`,
    ]) {
      expect([sql, await attempt(url, sql)]).toEqual([sql, DENIED])
    }
  }
  const today = `select events.drop_partition('event_log', current_date)`
  expect(await attempt(url, today)).toBe('P0001')
  expect(await attempt(url, `select events.drop_partition('log_head', '2020-01-01')`)).toBe('P0001')
  expect(await attempt(url, 'update source.outbox set tenant_id = null')).toBe(DENIED)
})

test('as a service: of the log nothing at all', async () => {
  for (const table of [...tenanted, 'log_head', 'event_ids']) {
    const sql = `select * from events.${table}`
    expect([sql, await attempt(database.serviceUrl('source'), sql, own)]).toEqual([sql, DENIED])
  }
})
