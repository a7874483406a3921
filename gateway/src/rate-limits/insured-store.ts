import type { Logger } from '@logicspike/telemetry'
import type { BudgetStore } from './budget-store.ts'
import type { Bucket } from './limits.ts'

/** How often a store that failed is tried. Milliseconds. */
const TRIED_EVERY_MS = 2_000

/**
 * Goes on counting in memory while the store cannot be reached: for that time each gateway counts
 * for itself, and nobody is refused, or let through unlimited, because of it. Only the request that
 * finds the store gone waits for it; whether it is back is tried beside the requests.
 */
export function insured(store: BudgetStore, insurance: BudgetStore, log: Logger): BudgetStore {
  let isDown = false
  let tryAgainAt = 0

  function noteDown(error: unknown): void {
    if (!isDown) log.warn({ err: error }, 'rate limits are counted in memory for now')
    isDown = true
    tryAgainAt = performance.now() + TRIED_EVERY_MS
  }

  function noteUp(): void {
    if (isDown) log.info('the store of rate limits is back')
    isDown = false
  }

  /** Takes a unit, which is as good a question as any. */
  function tryStore(bucket: Bucket): void {
    if (performance.now() < tryAgainAt) return
    tryAgainAt = Infinity
    store.take(bucket, 1).then(noteUp, noteDown)
  }

  return {
    async take(bucket, units) {
      if (isDown) {
        tryStore(bucket)
        return insurance.take(bucket, units)
      }
      try {
        return await store.take(bucket, units)
      } catch (error) {
        noteDown(error)
        return insurance.take(bucket, units)
      }
    },
    get isDown() {
      return isDown
    },
    async close() {
      await Promise.all([store.close(), insurance.close()])
    },
  }
}
