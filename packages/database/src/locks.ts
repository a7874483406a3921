import { type EntityClass, type FilterQuery, LockMode } from '@mikro-orm/core'
import type { EntityManager } from '@mikro-orm/postgresql'

/**
 * Makes transactions that name the same thing wait for each other, until the end of this one.
 * @param namespace what kind of thing, such as `workspace.owners`
 */
export async function advisoryLock(
  em: EntityManager,
  namespace: string,
  id: string,
): Promise<void> {
  assertInTransaction(em)
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`${namespace}:${id}`])
}

/** Reads one row and holds it against other writers until the end of the transaction. */
export async function lockRow<Entity extends object>(
  em: EntityManager,
  entity: EntityClass<Entity>,
  where: FilterQuery<NoInfer<Entity>>,
): Promise<Entity | null> {
  assertInTransaction(em)
  return em.findOne(entity, where, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true })
}

function assertInTransaction(em: EntityManager): void {
  if (!em.isInTransaction()) throw new Error('A lock outside a transaction holds nothing.')
}
