import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Bucket } from './limits.ts'

/** Units taken from a bucket. */
export type Taken = {
  /** As many as were asked for, or what was left. */
  readonly units: number
  /** What was left in the bucket afterwards. */
  readonly left: number
  /** Until the window ends and the bucket is full again. Milliseconds. */
  readonly msLeft: number
}

/** Where budgets are counted. */
export type BudgetStore = {
  /**
   * Takes up to `units` from the current window of a bucket, at once for all who count there.
   * @throws Error where the store cannot be reached
   */
  take(bucket: Bucket, units: number): Promise<Taken>
  /** Whether something else stands in for it, as it cannot be reached; absent where nothing could. */
  readonly isDown?: boolean
  close(): Promise<void>
}

/** A limiter that counts for windows of so many seconds and refuses nothing. */
export type LimiterFactory = (options: {
  readonly points: number
  readonly duration: number
  readonly keyPrefix: string
}) => RateLimiterAbstract

/**
 * Counts with rate-limiter-flexible. Its counters tell after each step how far they are; a step from
 * 90 to 110 of 100 owns the units 90 to 100, and nobody else does. So what is left can be handed
 * out to the last unit by one conditional update, and a refusal needs no second one.
 */
export function flexibleStore(createLimiter: LimiterFactory): Omit<BudgetStore, 'close'> {
  const limiters = new Map<number, RateLimiterAbstract>()

  function limiterFor(seconds: number): RateLimiterAbstract {
    const known = limiters.get(seconds)
    if (known) return known
    const limiter = createLimiter({
      points: Number.MAX_SAFE_INTEGER,
      duration: seconds,
      keyPrefix: String(seconds),
    })
    limiters.set(seconds, limiter)
    return limiter
  }

  return {
    async take({ key, budget }, units) {
      const counted = await step(limiterFor(budget.seconds), key, units)
      // PostgreSQL's bigint comes as text.
      const after = Number(counted.consumedPoints)
      const before = after - units
      return {
        units: Math.max(0, Math.min(after, budget.units) - before),
        left: Math.max(0, budget.units - after),
        msLeft: counted.msBeforeNext,
      }
    },
  }
}

async function step(
  limiter: RateLimiterAbstract,
  key: string,
  units: number,
): Promise<RateLimiterRes> {
  try {
    return await limiter.consume(key, units)
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return refusal
    throw refusal
  }
}

/** Counts in this process: for a gateway alone, and while a store cannot be reached. */
export function memoryStore(): BudgetStore {
  return {
    ...flexibleStore((options) => new RateLimiterMemory(options)),
    close: async () => undefined,
  }
}
