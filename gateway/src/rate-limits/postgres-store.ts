import type { Logger } from '@logicspike/telemetry'
import pg from 'pg'
import { RateLimiterPostgres } from 'rate-limiter-flexible'
import { type BudgetStore, flexibleStore } from './budget-store.ts'

/** A request waits for this; longer, and it is answered on what is counted in memory. */
const PATIENCE_MS = 3_000
const MOST_CONNECTIONS = 4
const PURGE_EVERY_MS = 5 * 60_000

/**
 * Counts in PostgreSQL, for all gateways and past their restarts: one upsert for each batch of units.
 * @param url of the role `gateway_service`
 */
export function postgresStore({ url, log }: { url: string; log: Logger }): BudgetStore {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'gateway-limits',
    max: MOST_CONNECTIONS,
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
  })
  // An idle connection that breaks is replaced when the next is needed.
  pool.on('error', (error) => log.debug({ err: error }, 'a connection for limits broke'))
  const store = flexibleStore(
    (options) =>
      new RateLimiterPostgres({
        ...options,
        storeClient: pool,
        storeType: 'pool',
        schemaName: 'gateway',
        tableName: 'budgets',
        // The table is a migration's, and what is over is cleared here.
        tableCreated: true,
        clearExpiredByTimeout: false,
      }),
  )
  const purge = setInterval(() => {
    pool
      .query('delete from gateway.budgets where expire < $1', [Date.now()])
      .catch((error) => log.debug({ err: error }, 'windows that are over were not cleared'))
  }, PURGE_EVERY_MS).unref()
  return {
    ...store,
    async close() {
      clearInterval(purge)
      await pool.end()
    },
  }
}
