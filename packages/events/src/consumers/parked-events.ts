import type { EntityManager } from '@mikro-orm/postgresql'
import type { LoggedEvent } from '../logged-event.ts'
import { dateOf, passBlocking, unblock } from './consumer-offsets.ts'
import type { ParkedState } from './parked-event.entity.ts'

/** An event that a consumer gave up on. */
export type Parked = {
  readonly consumer: string
  readonly event: LoggedEvent
  readonly tries: number
  readonly lastError: string
  readonly firstTriedAt: Date
  readonly lastTriedAt: Date
  readonly state: ParkedState
}

type Row = {
  consumer: string
  event: LoggedEvent | string
  tries: number
  last_error: string
  first_tried_at: Date | string
  last_tried_at: Date | string
  state: ParkedState
}

const COLUMNS = 'consumer, event, tries, last_error, first_tried_at, last_tried_at, state'

/** Puts an event aside, or notes that it has failed again. */
export async function parkEvent(em: EntityManager, parked: Omit<Parked, 'state'>): Promise<void> {
  const { consumer, event, tries, lastError, firstTriedAt, lastTriedAt } = parked
  await em.execute(
    `insert into parked_events (consumer, event_id, position, workspace_id, event, tries, last_error,
       first_tried_at, last_tried_at, state) values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'parked')
     on conflict (consumer, event_id) do update set tries = parked_events.tries + excluded.tries,
       last_error = excluded.last_error, last_tried_at = excluded.last_tried_at, state = 'parked'`,
    [
      ...[consumer, event.id, event.position, event.tenantId, JSON.stringify(event)],
      ...[tries, lastError, firstTriedAt, lastTriedAt],
    ],
    'run',
  )
}

/** What operators are to look at: everything that was parked and is neither redriven nor dropped. */
export async function listParked(em: EntityManager, consumer?: string): Promise<Parked[]> {
  const rows = await em.execute<Row[]>(
    `select ${COLUMNS} from parked_events
     where state in ('parked', 'requested') and (?::text is null or consumer = ?)
     order by consumer, position`,
    [consumer ?? null, consumer ?? null],
  )
  return rows.map(parkedOf)
}

export async function countParked(em: EntityManager, consumer: string): Promise<number> {
  const [row] = await em.execute<{ count: string | number }[]>(
    `select count(*) as count from parked_events
     where consumer = ? and state in ('parked', 'requested')`,
    [consumer],
  )
  return Number(row?.count ?? 0)
}

/** What an operator asked for and the consumer has already passed, oldest first. */
export async function requestedEvents(
  em: EntityManager,
  { consumer, position, limit }: { consumer: string; position: number; limit: number },
): Promise<LoggedEvent[]> {
  const rows = await em.execute<Row[]>(
    `select ${COLUMNS} from parked_events
     where consumer = ? and state = 'requested' and position <= ? order by position limit ?`,
    [consumer, position, limit],
  )
  return rows.map((row) => parkedOf(row).event)
}

/** Holds an event that was asked for until the end of the transaction; false where another has it. */
export async function claimRequested(
  em: EntityManager,
  consumer: string,
  eventId: string,
): Promise<boolean> {
  const rows = await em.execute<object[]>(
    `select from parked_events where consumer = ? and event_id = ? and state = 'requested'
     for update skip locked`,
    [consumer, eventId],
  )
  return rows.length === 1
}

export async function noteRedriven(
  em: EntityManager,
  { consumer, eventId, now }: { consumer: string; eventId: string; now: Date },
): Promise<void> {
  await em.execute(
    `update parked_events set state = 'redriven', last_tried_at = ?
     where consumer = ? and event_id = ? and state = 'requested'`,
    [now, consumer, eventId],
    'run',
  )
}

type Chosen = { readonly consumer: string; readonly eventId?: string | undefined }

/**
 * Asks the consumer to handle parked events again, one or all of them; it does so within its polling
 * interval, wherever it runs. Call it in a transaction.
 * @returns the ids of the events that were parked
 */
export async function redriveParked(em: EntityManager, chosen: Chosen): Promise<string[]> {
  const requested = await changeState(em, chosen, 'requested')
  for (const { eventId } of requested) await unblock(em, chosen.consumer, eventId)
  return requested.map(({ eventId }) => eventId)
}

/**
 * Gives up on parked events for good, one or all of them; a consumer that one of them blocks goes
 * on with what follows. Call it in a transaction.
 * @returns the ids of the events that were parked
 */
export async function dropParked(
  em: EntityManager,
  chosen: Chosen & { readonly now: Date },
): Promise<string[]> {
  const { consumer, now } = chosen
  const dropped = await changeState(em, chosen, 'dropped')
  for (const { eventId, position: to } of dropped) {
    await passBlocking(em, consumer, { eventId, to, now })
  }
  return dropped.map(({ eventId }) => eventId)
}

async function changeState(
  em: EntityManager,
  { consumer, eventId }: Chosen,
  state: ParkedState,
): Promise<{ eventId: string; position: number }[]> {
  const rows = await em.execute<{ event_id: string; position: string | number }[]>(
    `update parked_events set state = ?
     where consumer = ? and state = 'parked' and (?::text is null or event_id = ?)
     returning event_id, position`,
    [state, consumer, eventId ?? null, eventId ?? null],
  )
  return rows.map((row) => ({ eventId: row.event_id, position: Number(row.position) }))
}

function parkedOf(row: Row): Parked {
  const event = typeof row.event === 'string' ? JSON.parse(row.event) : row.event
  return {
    consumer: row.consumer,
    event: {
      ...event,
      occurredAt: new Date(event.occurredAt),
      recordedAt: new Date(event.recordedAt),
    },
    tries: row.tries,
    lastError: row.last_error,
    firstTriedAt: dateOf(row.first_tried_at) ?? new Date(0),
    lastTriedAt: dateOf(row.last_tried_at) ?? new Date(0),
    state: row.state,
  }
}
