import type { IdOf } from '@logicspike/ids'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { Place } from '../../place.ts'
import { QueuedDispatch } from './queued-dispatch.entity.ts'

type At = { readonly em: EntityManager }

/** Something due, held by whoever claimed it. */
export type Claimed = {
  readonly id: string
  readonly place: Place
  readonly claim: string
}

/** Longer than the slowest piece of work; after it another worker takes over. */
export const LEASE_MS = 10 * 60_000

const CLAIM = `update dispatch_queue set claim = ?, due_at = ?
  where id in (select id from dispatch_queue where due_at <= ?
    order by due_at limit ? for update skip locked)
  returning id, workspace_id, user_id`

type Row = { id: string; workspace_id: string | null; user_id: string | null }

/** Adds work in the transaction of its cause. */
export async function enqueue(
  tx: At,
  work: readonly {
    readonly id: QueuedDispatch['id']
    readonly place: Place
    readonly dueAt: Date
  }[],
): Promise<void> {
  if (work.length === 0) return
  await tx.em.insertMany(
    QueuedDispatch,
    work.map(({ id, place, dueAt }) => ({ id, ...place, dueAt, claim: null })),
  )
}

/**
 * Takes what is due. Of several workers each gets other pieces; a piece whose worker dies is due
 * again when its lease has passed.
 * @param claim of this call alone
 */
export async function claimDue(
  { em }: At,
  { claim, now, limit }: { claim: string; now: Date; limit: number },
): Promise<Claimed[]> {
  const until = new Date(now.getTime() + LEASE_MS)
  const rows = await em.execute<Row[]>(CLAIM, [claim, until, now, limit], 'all')
  return rows.map(({ id, workspace_id, user_id }) => ({
    id,
    claim,
    place: {
      workspaceId: workspace_id as IdOf<'workspace'> | null,
      userId: user_id as IdOf<'user'> | null,
    },
  }))
}

/** Holds a claim until the end of the transaction; false where it is lost or the work is gone. */
export async function holdClaim(tx: At, { id, claim }: Claimed): Promise<boolean> {
  const sql = 'select from dispatch_queue where id = ? and claim = ? for update'
  const rows = await tx.em.execute<object[]>(sql, [id, claim], 'all')
  return rows.length === 1
}

/** Gives a claim back: the work is due at `at`. */
export async function postpone({ em }: At, { id, claim }: Claimed, at: Date): Promise<void> {
  const sql = 'update dispatch_queue set due_at = ?, claim = null where id = ? and claim = ?'
  await em.execute(sql, [at, id, claim], 'run')
}

/** Takes work that is done, or needs no doing, off the queue. */
export async function dequeue({ em }: At, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) {
    await em.nativeDelete(QueuedDispatch, { id: { $in: ids as QueuedDispatch['id'][] } })
  }
}
