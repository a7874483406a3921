import type { Logger } from '@logicspike/telemetry'
import { RateLimiterRedis } from 'rate-limiter-flexible'
import { connectRedis } from '../connect-redis.ts'
import { type BudgetStore, flexibleStore } from './budget-store.ts'

/**
 * Counts in Redis, for all gateways: one script for each batch of units.
 * @param url for example `redis://redis:6379`
 */
export function redisStore({ url, log }: { url: string; log: Logger }): BudgetStore {
  const redis = connectRedis({ url, purpose: 'limits', log })
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
