import type { Logger } from '@logicspike/telemetry'
import { type Connection, openConnection, type Queryable } from '../log/connection.ts'

/** How many days what is kept; a day is one of UTC, and goes when all of it is older. */
export type Retention = {
  /** The data of events. Afterwards `data` is null. */
  readonly payloadDays: number
  /** Events themselves. Whoever reads on from before that is told that its cursor has expired. */
  readonly logDays: number
  /** Ids, by which an event that comes again is known. */
  readonly idDays: number
}

export const defaultRetention: Retention = { payloadDays: 90, logDays: 400, idDays: 800 }

/** Ids deleted, and lines of tenants changed, by one statement. */
const AT_A_TIME = 5_000

/** @throws TypeError where ids or events would be forgotten before what depends on them */
export function assertRetention({ payloadDays, logDays, idDays }: Retention): void {
  if (payloadDays < 1 || logDays < payloadDays || idDays < logDays) {
    throw new TypeError(
      'Keep payloads a day or more, events as long as payloads, ids as long as events.',
    )
  }
}

/**
 * Forgets what is older than it is kept. The heads say so first, then the days are dropped: what
 * `bounds` promises is there. A day that is in use is dropped at the next call.
 * @param leader changes the heads, in turn with what moves events, so that neither waits for the other
 */
export async function applyRetention(
  options: { readonly url: string; readonly log: Logger; readonly retention: Retention },
  leader: Queryable,
): Promise<void> {
  const { url, log, retention } = options
  const { client } = await openConnection({ url, name: 'events-retention', log })
  try {
    for (const { parent, day } of await expiredDays(client, retention)) {
      if (parent === 'event_log') await moveHeads(client, leader, day)
      await client.query('select events.drop_partition($1, $2)', [parent, day])
      log.info({ parent, day }, 'a day of the event log was dropped')
    }
    await forgetIds(client, retention.idDays)
  } finally {
    await client.end()
  }
}

type Day = { readonly parent: string; readonly day: string }

const expired = `
  select parent, to_char(day, 'YYYY-MM-DD') as day
  from (select p.relname::text as parent, to_date(right(c.relname, 8), 'YYYYMMDD') as day
        from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
        where p.oid in ('events.event_log'::regclass, 'events.event_payloads'::regclass)) days
  where day < (now() at time zone 'UTC')::date
    - case parent when 'event_log' then $1::int else $2::int end
  order by parent, day`

async function expiredDays(client: Connection['client'], retention: Retention): Promise<Day[]> {
  const { rows } = await client.query<Day>(expired, [retention.logDays, retention.payloadDays])
  return rows
}

/** Everything up to a day's end. Earlier days are gone already, so it looks into one. */
const lastOfDay = `
  select tenant_id, max(seq) as seq, max(position) as position
  from events.event_log where recorded_at < ($1::date + 1)::timestamp at time zone 'UTC'
  group by tenant_id order by tenant_id`

const moveLines = `
  update events.tenant_heads t set oldest_seq = greatest(t.oldest_seq, gone.seq + 1)
  from json_to_recordset($1::json) as gone (tenant_id text, seq bigint)
  where coalesce(t.tenant_id, '') = coalesce(gone.tenant_id, '')`

const moveHead =
  'update events.log_head set oldest_position = greatest(oldest_position, $1::bigint + 1)'

async function moveHeads(client: Connection['client'], leader: Queryable, day: string) {
  const { rows } = await client.query<{ position: string }>(lastOfDay, [day])
  for (let at = 0; at < rows.length; at += AT_A_TIME) {
    await leader.query(moveLines, [JSON.stringify(rows.slice(at, at + AT_A_TIME))])
  }
  const last = rows.reduce((most, { position }) => Math.max(most, Number(position)), 0)
  if (last > 0) await leader.query(moveHead, [last])
}

const forget = `
  delete from events.event_ids where ctid = any (array(
    select ctid from events.event_ids
    where recorded_at < now() - make_interval(days => $1) limit ${AT_A_TIME}))`

async function forgetIds(client: Connection['client'], days: number): Promise<void> {
  for (;;) {
    const { rowCount } = await client.query(forget, [days])
    if ((rowCount ?? 0) < AT_A_TIME) return
  }
}
