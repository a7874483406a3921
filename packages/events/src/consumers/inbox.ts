import type { EntityManager } from '@mikro-orm/postgresql'

type InboxContext = { readonly em: EntityManager; readonly clock: { now(): Date } }

/**
 * Notes that a consumer sets something going elsewhere, in the transaction that makes sure of it
 * (the row of a job). Of several transactions with one key, one gets `true`.
 * @param entry.key what must happen once: an event's id, with whom or what it is for where it is
 *   for several
 * @returns whether it is the first
 */
export async function enterInbox(
  { em, clock }: InboxContext,
  entry: { consumer: string; key: string },
): Promise<boolean> {
  const { affectedRows } = await em.execute<{ affectedRows: number }>(
    `insert into inbox_entries (consumer, key, recorded_at) values (?, ?, ?) on conflict do nothing`,
    [entry.consumer, entry.key, clock.now()],
    'run',
  )
  return affectedRows === 1
}

/**
 * Forgets what was noted before `before`. Keep entries longer than an event may be parked.
 * @returns how many
 */
export async function forgetInbox({ em }: InboxContext, before: Date): Promise<number> {
  const { affectedRows } = await em.execute<{ affectedRows: number }>(
    'delete from inbox_entries where recorded_at < ?',
    [before],
    'run',
  )
  return affectedRows
}
