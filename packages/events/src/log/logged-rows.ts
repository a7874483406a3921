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

// `recorded_at` stands for nothing but the partition, so that a payload is looked for in one.
const select = `
  select l.*, p.data
  from events.event_log l
  left join events.event_payloads p on p.position = l.position and p.recorded_at = l.recorded_at`

const afterPosition = `${select}
  where l.position > $1 and l.recorded_at >= $2 order by l.position limit $3`

const afterSeq = `${select}
  where l.tenant_id = $1 and l.seq > $2 and l.recorded_at >= $3 order by l.seq limit $4`

/** From where in time to look; whoever does not know looks everywhere. */
export const anyTime = new Date(0)

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
