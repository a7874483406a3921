import type { Logger } from '@logicspike/telemetry'
import { Redis } from 'ioredis'
import { RateLimiterRedis } from 'rate-limiter-flexible'
import { type BudgetStore, flexibleStore } from './budget-store.ts'

/** A request waits for this; longer, and it is answered on what is counted in memory. */
const PATIENCE_MS = 3_000

/**
 * Counts in Redis, for all gateways: one script for each batch of units.
 * @param url for example `redis://redis:6379`
 */
export function redisStore({ url, log }: { url: string; log: Logger }): BudgetStore {
  const redis = new Redis(url, {
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
    maxRetriesPerRequest: 0,
    disconnectTimeout: 200,
    retryStrategy: (tries) => Math.min(tries * 100, 2_000),
  })
  redis.on('error', (error) => log.debug({ err: error }, 'the connection for limits broke'))
  const store = flexibleStore(
    (options) =>
      new RateLimiterRedis({
        ...options,
        storeClient: redis,
        keyPrefix: `gateway:budgets:${options.keyPrefix}`,
      }),
  )
  return {
    ...store,
    async close() {
      redis.disconnect()
    },
  }
}
