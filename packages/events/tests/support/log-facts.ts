import { expect } from '@jest/globals'
import type { TestDatabase } from '@logicspike/database/testing'
import pg from 'pg'

type Row = { tenant_id: string | null; seq: string; position: string; name: string }

/** The log as superuser, in order. */
export const logRows = (database: TestDatabase): Promise<Row[]> =>
  database.asAdmin<Row>(
    `select l.tenant_id, l.seq, l.position, p.data ->> 'name' as name
     from events.event_log l join events.event_payloads p using (position, recorded_at)
     order by position`,
  )

/** Names of a workspace's events, in order. */
export const namesOf = async (database: TestDatabase, workspaceId: string): Promise<string[]> =>
  (await logRows(database)).filter((it) => it.tenant_id === workspaceId).map(({ name }) => name)

/**
 * What holds of every log: positions 1, 2, 3 …; each tenant's `seq` 1, 2, 3 … in the same order;
 * and the heads say where both end.
 */
export async function expectWholeLog(database: TestDatabase): Promise<void> {
  const rows = await logRows(database)
  expect(rows.map(({ position }) => Number(position))).toEqual(rows.map((_, index) => index + 1))
  for (const [tenantId, line] of Map.groupBy(rows, (it) => it.tenant_id)) {
    const seqs = line.map(({ seq }) => Number(seq))
    expect([tenantId, seqs]).toEqual([tenantId, line.map((_, index) => index + 1)])
  }
  const heads = await database.asAdmin<{ tenants: string; position: string; ids: string }>(
    `select (select coalesce(sum(head_seq), 0) from events.tenant_heads) as tenants,
            (select position from events.log_head) as position,
            (select count(*) from events.event_ids) as ids`,
  )
  const total = `${rows.length}`
  expect(heads).toEqual([{ tenants: total, position: total, ids: total }])
}

/** Closes every connection of a program to this database, as a crash of the server process would. */
export const terminate = (database: TestDatabase, application: string): Promise<object[]> =>
  database.asAdmin(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = $1 and datname = current_database()`,
    [application],
  )

/** Resolves when the log has an event; the wake-up says when to look. */
export async function untilLogged(
  database: TestDatabase,
  workspaceId: string,
  name: string,
): Promise<void> {
  const listener = new pg.Client({ connectionString: database.adminUrl })
  await listener.connect()
  await listener.query('listen logicspike_events')
  for (;;) {
    const woken = new Promise((resolve) => listener.once('notification', resolve))
    if ((await namesOf(database, workspaceId)).includes(name)) break
    await woken
  }
  await listener.end()
}
