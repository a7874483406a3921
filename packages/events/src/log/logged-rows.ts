import type { EventActor, EventClass, LoggedEvent } from '../logged-event.ts'
import type { Queryable } from './connection.ts'

/** A row of the log with its payload, as the driver gives it; bigints are text. */
type LoggedRow = {
  readonly position: string
  readonly tenant_id: string | null
  readonly seq: string
  readonly id: string
  readonly type: string
  readonly version: number
  readonly class: EventClass
  readonly source: string
  readonly subject: string
  readonly actor: EventActor | null
  readonly data: unknown
  readonly correlation_id: string | null
  readonly causation_id: string | null
  readonly traceparent: string | null
  readonly occurred_at: Date
  readonly recorded_at: Date
}

// `since` is said of both tables and always as a parameter: then the plan is made for the days from
// then on, where a plan for all of them takes longer than everything else together.
const select = (since: string): string => `
  select l.*, p.data
  from events.event_log l
  left join events.event_payloads p
    on p.position = l.position and p.recorded_at = l.recorded_at and p.recorded_at >= ${since}
  where l.recorded_at >= ${since}`

const afterPosition = `${select('$2')} and l.position > $1 order by l.position limit $3`

const afterSeq = `${select('$3')} and l.tenant_id = $1 and l.seq > $2 order by l.seq limit $4`

/**
 * Events after a position, in order.
 * @param since no event after the position was recorded earlier; spares looking into old partitions
 */
export async function readAfterPosition(
  client: Queryable,
  query: { readonly position: number; readonly limit: number; readonly since: Date },
): Promise<LoggedEvent[]> {
  const { position, since, limit } = query
  const { rows } = await client.query<LoggedRow>(afterPosition, [position, since, limit])
  return rows.map(eventOf)
}

/** Events of a tenant after a `seq`, in order; `since` as above. */
export async function readAfterSeq(
  client: Queryable,
  query: { readonly tenantId: string; readonly seq: number; readonly limit: number; since: Date },
): Promise<LoggedEvent[]> {
  const { tenantId, seq, since, limit } = query
  const { rows } = await client.query<LoggedRow>(afterSeq, [tenantId, seq, since, limit])
  return rows.map(eventOf)
}

/** Days back to look for an event that somebody reads on from; nearly always it is of today. */
const likelyDays = [1, 30]

const dayMs = 86_400_000

const placed = 'select recorded_at from events.event_log where recorded_at >= $1 and '

/**
 * When the event at a place was recorded, where that is not long ago: one look into an index of few
 * partitions, which spares the plan of a look into all of them.
 */
export async function findRecordedAt(
  client: Queryable,
  place: { readonly position: number } | { readonly tenantId: string; readonly seq: number },
): Promise<Date | undefined> {
  const [condition, values] =
    'position' in place
      ? ['position = $2', [place.position]]
      : ['tenant_id = $2 and seq = $3', [place.tenantId, place.seq]]
  for (const days of likelyDays) {
    const since = new Date(Date.now() - days * dayMs)
    const { rows } = await client.query<{ recorded_at: Date }>(placed + condition, [
      since,
      ...values,
    ])
    if (rows[0]) return rows[0].recorded_at
  }
  return undefined
}

const eventOf = (row: LoggedRow): LoggedEvent => ({
  position: Number(row.position),
  tenantId: row.tenant_id,
  seq: Number(row.seq),
  id: row.id,
  type: row.type,
  version: row.version,
  class: row.class,
  source: row.source,
  subject: row.subject,
  actor: row.actor,
  data: row.data,
  correlationId: row.correlation_id,
  causationId: row.causation_id,
  traceparent: row.traceparent,
  occurredAt: row.occurred_at,
  recordedAt: row.recorded_at,
})
