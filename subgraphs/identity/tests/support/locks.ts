import type { TestDatabase } from '@logicspike/database/testing'

/** Resolves when a transaction of this database waits for another: both are under way by then. */
export async function somebodyWaitsForALock(database: TestDatabase): Promise<void> {
  for (;;) {
    const waiting = await database.asAdmin(
      `select from pg_locks join pg_stat_activity using (pid)
       where not granted and datname = current_database()`,
    )
    if (waiting.length > 0) return
  }
}
