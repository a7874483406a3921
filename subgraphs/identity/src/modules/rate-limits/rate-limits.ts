import { rateLimited } from '@logicspike/errors'
import type { EntityManager } from '@mikro-orm/postgresql'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import { type Limit, type LimitName, limits } from './limits.ts'
import { rateLimitStore } from './rate-limit-store.ts'

/**
 * Counts tries where they are made, in the use case: a thousand aliases in one request are a
 * thousand tries. Counters are rows, so that they hold across processes and restarts, and are
 * written outside the caller's transaction: a refused try stays counted. Spend before opening one.
 */
export type RateLimits = {
  /**
   * Counts one try, before what it limits is done, so that parallel tries cannot pass together.
   * @throws AppError RATE_LIMITED with `retryAfterSeconds`
   */
  spend(limit: LimitName, key: string): Promise<void>
  /** Like `spend`, for limits that must not show: false instead of an error. */
  allows(limit: LimitName, key: string): Promise<boolean>
  /** Gives one try back: what was limited turned out well. */
  refund(limit: LimitName, key: string): Promise<void>
  /** Begins a new count. */
  forgive(limit: LimitName, key: string): Promise<void>
}

/**
 * Windows follow the machine's clock, not the injected one: the library knows no other.
 * @param em makes an entity manager that is in no transaction
 * @param overrides other numbers for some limits, for measurements
 */
export function createRateLimits(
  em: () => EntityManager,
  overrides: Partial<Record<LimitName, Limit>> = {},
): RateLimits {
  const store = rateLimitStore(em)
  const limiters = new Map(
    Object.entries({ ...limits, ...overrides }).map(([name, limit]) => [
      name,
      createLimiter(store, name, limit),
    ]),
  )

  function limiterOf(name: LimitName): RateLimiterPostgres {
    const limiter = limiters.get(name)
    if (!limiter) throw new TypeError(`There is no limit ${name}.`)
    return limiter
  }

  /** Seconds until the next try may succeed; null where this one may go on. */
  async function consume(name: LimitName, key: string): Promise<number | null> {
    try {
      await limiterOf(name).consume(key)
      return null
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal
      return Math.max(1, Math.ceil(refusal.msBeforeNext / 1000))
    }
  }

  return {
    async spend(name, key) {
      const seconds = await consume(name, key)
      if (seconds !== null) throw rateLimited(seconds)
    },
    allows: async (name, key) => (await consume(name, key)) === null,
    async refund(name, key) {
      await limiterOf(name).reward(key)
    },
    async forgive(name, key) {
      await limiterOf(name).delete(key)
    },
  }
}

function createLimiter(store: object, name: string, limit: Limit): RateLimiterPostgres {
  return new RateLimiterPostgres({
    storeClient: store,
    storeType: 'client',
    keyPrefix: name,
    points: limit.points,
    duration: limit.seconds,
    // Once refused, a key is refused from memory until its window ends: a flood costs no queries.
    inMemoryBlockOnConsumed: limit.points + 1,
    tableName: 'rate_limits',
    // The table is a migration's, and a job of ours clears it.
    tableCreated: true,
    clearExpiredByTimeout: false,
  })
}
