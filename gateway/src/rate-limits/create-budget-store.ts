import type { Logger } from '@logicspike/telemetry'
import { type BudgetStore, memoryStore } from './budget-store.ts'
import { insured } from './insured-store.ts'
import { postgresStore } from './postgres-store.ts'
import { redisStore } from './redis-store.ts'

/**
 * Where budgets are counted: in Redis where there is one, else in PostgreSQL, either insured by
 * memory; with neither, in memory alone.
 */
export function createBudgetStore(options: {
  redisUrl?: string | undefined
  databaseUrl?: string | undefined
  log: Logger
}): BudgetStore {
  const { redisUrl, databaseUrl, log } = options
  if (redisUrl) return insured(redisStore({ url: redisUrl, log }), memoryStore(), log)
  if (databaseUrl) return insured(postgresStore({ url: databaseUrl, log }), memoryStore(), log)
  return memoryStore()
}
