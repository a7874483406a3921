import type { EntityManager } from '@mikro-orm/postgresql'

/** Where a consumer is, and what became of the event that comes next. */
export type Offset = {
  /** Everything up to here is done, or parked. */
  readonly position: number
  readonly tries: number
  readonly firstTriedAt: Date | null
  readonly retryAt: Date | null
  readonly blockedBy: string | null
}

type Row = {
  position: string | number
  tries: number
  first_tried_at: Date | string | null
  retry_at: Date | string | null
  blocked_by: string | null
}

const COLUMNS = 'position, tries, first_tried_at, retry_at, blocked_by'

export async function readOffset(em: EntityManager, name: string): Promise<Offset | null> {
  const sql = `select ${COLUMNS} from consumer_offsets where name = ?`
  const [row] = await em.execute<Row[]>(sql, [name])
  return row ? offsetOf(row) : null
}

/** Begins a consumer's line, unless it has begun. */
export async function createOffset(
  em: EntityManager,
  given: { name: string; position: number; now: Date },
): Promise<void> {
  await em.execute(
    `insert into consumer_offsets (name, position, updated_at) values (?, ?, ?)
     on conflict (name) do nothing`,
    [given.name, given.position, given.now],
  )
}

/** Holds the consumer's line until the end of the transaction; null where another process has it. */
export async function claimOffset(em: EntityManager, name: string): Promise<Offset | null> {
  const sql = `select ${COLUMNS} from consumer_offsets where name = ? for update skip locked`
  const [row] = await em.execute<Row[]>(sql, [name])
  return row ? offsetOf(row) : null
}

/**
 * Moves a consumer on, and holds its line until the end of the transaction: of all processes that
 * run it one handles an event. Whatever failed before is forgotten.
 * @returns null where it does not stand at `from`, another process has its line, or it is to wait
 */
export async function advanceOffset(
  em: EntityManager,
  name: string,
  { from, to, now }: { from: number; to: number; now: Date },
): Promise<{ readonly hadFailed: boolean } | null> {
  const [row] = await em.execute<{ had_failed: boolean }[]>(
    `with line as (
       select name, first_tried_at from consumer_offsets
       where name = ? and position = ? and blocked_by is null
         and (retry_at is null or retry_at <= ?)
       for update skip locked)
     update consumer_offsets o set position = ?, tries = 0, last_error = null,
       first_tried_at = null, retry_at = null, updated_at = ?
     from line where o.name = line.name
     returning line.first_tried_at is not null as had_failed`,
    [name, from, now, to, now],
  )
  return row ? { hadFailed: row.had_failed } : null
}

/** Goes on with what follows the event that blocks a consumer. */
export async function passBlocking(
  em: EntityManager,
  name: string,
  { eventId, to, now }: { eventId: string; to: number; now: Date },
): Promise<void> {
  await em.execute(
    `update consumer_offsets set position = ?, tries = 0, last_error = null,
       first_tried_at = null, blocked_by = null, updated_at = ? where name = ? and blocked_by = ?`,
    [to, now, name, eventId],
    'run',
  )
}

/** Notes a failed try of the event that comes next. */
export async function noteTry(
  em: EntityManager,
  name: string,
  failure: {
    tries: number
    error: string
    retryAt: Date | null
    blockedBy: string | null
    now: Date
  },
): Promise<void> {
  const { tries, error, retryAt, blockedBy, now } = failure
  await em.execute(
    `update consumer_offsets set tries = ?, last_error = ?, retry_at = ?, blocked_by = ?,
       first_tried_at = coalesce(first_tried_at, ?), updated_at = ? where name = ?`,
    [tries, error, retryAt, blockedBy, now, now, name],
    'run',
  )
}

/** Lets a consumer try the event again that blocks it. */
export async function unblock(em: EntityManager, name: string, eventId: string): Promise<void> {
  await em.execute(
    `update consumer_offsets set tries = 0, retry_at = null, blocked_by = null
     where name = ? and blocked_by = ?`,
    [name, eventId],
    'run',
  )
}

/** Whether the time of the next try has not come, or an operator has to say what becomes of it. */
export const isWaiting = ({ retryAt, blockedBy }: Offset, now: Date): boolean =>
  blockedBy !== null || (retryAt !== null && retryAt > now)

const offsetOf = (row: Row): Offset => ({
  position: Number(row.position),
  tries: row.tries,
  firstTriedAt: dateOf(row.first_tried_at),
  retryAt: dateOf(row.retry_at),
  blockedBy: row.blocked_by,
})

export const dateOf = (value: Date | string | null): Date | null =>
  value === null ? null : new Date(value)
