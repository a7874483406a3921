import pg from 'pg'
import { wakeUpChannel } from '../log/wake-up.ts'

/** What an outbox hands over, in the order of its columns and of the log's. */
const columns = [
  'id',
  'tenant_id',
  'type',
  'version',
  'class',
  'subject',
  'actor',
  'data',
  'correlation_id',
  'causation_id',
  'traceparent',
  'occurred_at',
]

const outboxColumns = ['ordinal', 'written_at', ...columns].join(', ')

const outboxOf = (service: string): string => `${pg.escapeIdentifier(service)}.outbox`

/** What one run of a statement that moves did. */
export type Moved = {
  /** Rows taken from outboxes. */
  readonly taken: number
  /** Of them, put in the log: the rest was there before. */
  readonly logged: number
  /** Age of the oldest row taken, in seconds; null where none was. */
  readonly age: number | null
}

/**
 * Moves the oldest rows of each outbox of the log's own database, up to `$1` of each: takes them out
 * and puts them in the log in one statement, which is one transaction. One snapshot sees all
 * outboxes, so that an event caused by another one of these services' never comes before it.
 *
 * Where an outbox has more than its share, the others go no further in time than it does: what they
 * wrote later may have been caused by what it still holds.
 */
export function moveStatement(services: readonly string[]): string {
  const oldest = services.map(
    (service, index) => `oldest_${index} as (
      select row, max(written_at) over (order by ordinal) as due
      from (select ctid as row, ordinal, written_at from ${outboxOf(service)}
            order by ordinal limit $1) it)`,
  )
  const ends = services.map(
    (_, index) => `select case count(*) when $1 then max(due) end as due from oldest_${index}`,
  )
  const horizon = `horizon as (
    select coalesce(min(due), 'infinity') as due from (${ends.join(' union all ')}) ends)`
  const taken = services.map(
    (service, index) => `taken_${index} as (
      delete from ${outboxOf(service)}
      where ctid = any (array(
        select row from oldest_${index} where due <= (select due from horizon)))
      returning ${pg.escapeLiteral(service)}::text as source, ${outboxColumns})`,
  )
  const all = services.map((_, index) => `select * from taken_${index}`).join(' union all ')
  return `with ${[...oldest, horizon, ...taken].join(',\n')}, taken as (${all}), ${intoLog}`
}

/** Puts rows of a service's outbox elsewhere (`$1`, JSON as `readStatement` gives it) in the log. */
export function appendStatement(service: string): string {
  return `with taken as (
    select ${pg.escapeLiteral(service)}::text as source, ${outboxColumns}
    from json_to_recordset($1::json) as it (ordinal bigint, written_at timestamptz, id text,
      tenant_id text, type text, version int, class text, subject text, actor jsonb, data jsonb,
      correlation_id text, causation_id text, traceparent text, occurred_at timestamptz)
  ), ${intoLog}`
}

/** The oldest `$1` rows of an outbox as one JSON text, and their ids. */
export const readStatement = (service: string): string => `
  select json_agg(it)::text as rows, array_agg(it.id) as ids
  from (select ${outboxColumns} from ${outboxOf(service)} order by ordinal limit $1) it`

/** Takes rows (`$1`, ids) out of an outbox: those that are in the log, after its commit. */
export const deleteStatement = (service: string): string =>
  `delete from ${outboxOf(service)} where id = any ($1)`

/** Whether an outbox has anything. Cheaper than moving nothing, and asked far more often. */
export const anyStatement = (services: readonly string[]): string =>
  `select ${services.map((it) => `exists (select from ${outboxOf(it)})`).join(' or ')} as any`

const values = (alias: string): string => columns.map((it) => `${alias}.${it}`).join(', ')

/*
 * Order: each outbox by its ordinals, between outboxes by time of writing, which `due` keeps from
 * contradicting the ordinals. What an outbox did not show yet comes later: whoever could see an
 * event and then wrote one has the higher ordinal and was not visible before it.
 *
 * `event_ids` lets through what is new. Only then are `seq` and `position` counted, so that they
 * have no gaps. The rows of `log_head` and `tenant_heads` are locked until the commit: were there
 * ever two sequencers, one would wait for the other.
 */
const intoLog = `
  incoming as (
    select *, max(written_at) over (partition by source order by ordinal) as due from taken),
  fresh as (
    insert into events.event_ids (source, id, recorded_at)
    select source, id, clock_timestamp() from incoming
    on conflict do nothing returning source, id),
  numbered as (
    select i.*,
      row_number() over (order by i.due, i.source, i.ordinal) as nth,
      row_number() over (partition by i.tenant_id order by i.due, i.source, i.ordinal) as nth_of_tenant,
      count(*) over (partition by i.tenant_id) as of_tenant
    from incoming i join fresh f on f.source = i.source and f.id = i.id),
  head as (
    update events.log_head
    set position = position + (select count(*) from fresh),
        recorded_at = greatest(recorded_at, clock_timestamp())
    where exists (select from fresh)
    returning position - (select count(*) from fresh) as base, recorded_at),
  tenants as (
    insert into events.tenant_heads as line (tenant_id, head_seq, oldest_seq)
    select tenant_id, count(*), 1 from numbered group by tenant_id order by tenant_id
    on conflict on constraint tenant_heads_tenant_unique
      do update set head_seq = line.head_seq + excluded.head_seq
    returning tenant_id, head_seq),
  placed as (
    select n.*, h.recorded_at, h.base + n.nth as position,
      t.head_seq - n.of_tenant + n.nth_of_tenant as seq
    from numbered n cross join head h
    join tenants t on coalesce(t.tenant_id, '') = coalesce(n.tenant_id, '')),
  payloads as (
    insert into events.event_payloads (position, tenant_id, data, recorded_at)
    select position, tenant_id, data, recorded_at from placed order by position),
  logged as (
    insert into events.event_log (position, seq, source, recorded_at, ${columns.filter((it) => it !== 'data').join(', ')})
    select p.position, p.seq, p.source, p.recorded_at, ${values('p').replace('p.data, ', '')}
    from placed p order by p.position)
  select (select count(*) from incoming)::int as taken,
         (select count(*) from fresh)::int as logged,
         (select extract(epoch from clock_timestamp() - min(written_at)) from incoming)::float8 as age,
         (select pg_notify('${wakeUpChannel}', '') from head) as woken`
