import type { EntityManager } from '@mikro-orm/postgresql'
import type { Place } from '../../place.ts'
import { nextSweep } from './retention.ts'
import { SweptPlace } from './swept-place.entity.ts'

type At = { readonly em: EntityManager }
type PlaceId = SweptPlace['id']

/** The rows of a workspace are swept together, and those of a person's own inbox. */
const idOf = ({ workspaceId, userId }: Place): PlaceId | null => workspaceId ?? userId

/**
 * Notes that something was written in these places, in the same transaction. In one order, so that
 * transactions that write in several new places at once do not wait for each other in a circle.
 */
export async function noteWritten({ em }: At, places: readonly Place[], now: Date): Promise<void> {
  const ids = [...new Set(places.map(idOf))].filter((id) => id !== null).sort()
  if (ids.length === 0) return
  const rows = ids.map((id) => ({ id, dueAt: nextSweep(now, false) }))
  await em.createQueryBuilder(SweptPlace).insert(rows).onConflict('id').ignore().execute('run')
}

const CLAIM = `update swept_places set due_at = ?
  where id in (select id from swept_places where due_at <= ?
    order by due_at limit ? for update skip locked)
  returning id`

/** Takes places that are due until `until`. Of several processes each gets others. */
export async function claimDuePlaces(
  { em }: At,
  { now, until, limit }: { now: Date; until: Date; limit: number },
): Promise<PlaceId[]> {
  const rows = await em.execute<{ id: PlaceId }[]>(CLAIM, [until, now, limit], 'all')
  return rows.map(({ id }) => id)
}

/** The place is done with until `dueAt`. */
export async function postponeSweep({ em }: At, id: PlaceId, dueAt: Date): Promise<void> {
  await em.nativeUpdate(SweptPlace, { id }, { dueAt })
}

/** Forgets places that are no more. */
export async function forgetPlace({ em }: At, id: PlaceId): Promise<void> {
  await em.nativeDelete(SweptPlace, { id })
}
