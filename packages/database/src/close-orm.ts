import { setTimeout as pause } from 'node:timers/promises'
import type { MikroORM } from '@mikro-orm/postgresql'

/** Longest wait for work that is under way; milliseconds, as long as a statement may take. */
const patienceMs = 30_000

/**
 * Closes the pool once no connection is in use or being made, so that work under way ends well.
 * Kysely (0.29) needs that too: a connection that is made while its pool ends is lost to it, and
 * the end never comes. Work that begins afterwards fails, instead of opening a pool that nobody
 * would close.
 */
export async function closeWhenAtRest(orm: MikroORM, close: () => Promise<void>): Promise<void> {
  const connection = orm.em.getConnection()
  const pool = await connection.getNativeClient()
  const deadline = Date.now() + patienceMs
  const isBusy = () => pool.totalCount > pool.idleCount || pool.waitingCount > 0
  while (isBusy() && Date.now() < deadline) await pause(5)
  await close()
  connection.createKysely = () => {
    throw new Error('The database connection is closed.')
  }
}
