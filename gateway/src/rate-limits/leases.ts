import { LRUCache } from 'lru-cache'
import type { BudgetStore } from './budget-store.ts'
import type { Bucket } from './limits.ts'

/** What is known of a bucket after units were asked for. */
export type Spent = {
  readonly bucket: Bucket
  readonly isEnough: boolean
  /** Units left for everybody, as far as this process knows. */
  readonly left: number
  /** When the window ends. Milliseconds since 1970-01-01T00:00:00Z. */
  readonly resetAt: number
}

export type Leases = {
  /** Spends units of a bucket: at once where the lease holds enough, which is nearly always. */
  spend(bucket: Bucket, units: number): Spent | Promise<Spent>
  /** Gives back units that were spent, unless their window is over. */
  giveBack(spent: Spent, units: number): void
}

type Lease = {
  /** Units that are ours to spend. */
  own: number
  /** Units left in the store when we last took some. */
  beyond: number
  resetAt: number
  taking: Promise<void> | null
}

/** A lease is this part of a budget: so many units may stay unused in each gateway. */
const PART = 100
/** Smaller leases are not renewed before they are needed, so as to leave no unit unused. */
const RENEWED_EARLY_FROM = 10
/** Buckets whose leases are kept; leases of others are lost, and with them a part of the budget. */
const MOST_LEASES = 100_000
/** Windows of two clocks that end closer together are the same. */
const SAME_WINDOW_MS = 500

/**
 * Spends budgets in this process that are counted in a store for all: units are taken in batches,
 * the next before the last is used up, so that a request waits for the store only when a bucket is
 * first used. A budget is never exceeded; up to a hundredth of it may stay unused in each process.
 * @param now milliseconds since 1970-01-01T00:00:00Z
 */
export function createLeases(store: Pick<BudgetStore, 'take'>, now = Date.now): Leases {
  const leases = new LRUCache<string, Lease>({ max: MOST_LEASES })

  function leaseOf({ key }: Bucket): Lease {
    const known = leases.get(key)
    if (known && known.resetAt > now()) return known
    // Asked for while the window before is still being taken from: that taking leads to the new one.
    const lease: Lease = { own: 0, beyond: Infinity, resetAt: Infinity, taking: null }
    leases.set(key, lease)
    return lease
  }

  function renew(lease: Lease, bucket: Bucket, least: number): Promise<void> {
    lease.taking ??= take(lease, bucket, Math.max(least, batchOf(bucket))).finally(() => {
      lease.taking = null
    })
    return lease.taking
  }

  async function take(lease: Lease, bucket: Bucket, wanted: number): Promise<void> {
    const taken = await store.take(bucket, wanted)
    const resetAt = now() + taken.msLeft
    const isNewWindow = resetAt > lease.resetAt + SAME_WINDOW_MS
    lease.own = taken.units + (isNewWindow ? 0 : lease.own)
    lease.beyond = taken.left
    if (isNewWindow || lease.resetAt === Infinity) lease.resetAt = resetAt
  }

  function tryToSpend(lease: Lease, bucket: Bucket, units: number): Spent | null {
    if (lease.own < units && lease.beyond > 0) return null
    const isEnough = lease.own >= units
    if (isEnough) lease.own -= units
    return { bucket, isEnough, left: lease.own + lease.beyond, resetAt: lease.resetAt }
  }

  async function takeAndSpend(bucket: Bucket, units: number): Promise<Spent> {
    for (;;) {
      const lease = leaseOf(bucket)
      await renew(lease, bucket, units - lease.own)
      const spent = tryToSpend(lease, bucket, units)
      if (spent) return spent
    }
  }

  return {
    spend(bucket, units) {
      const lease = leaseOf(bucket)
      const spent = tryToSpend(lease, bucket, units)
      if (!spent) return takeAndSpend(bucket, units)
      const batch = batchOf(bucket)
      if (batch >= RENEWED_EARLY_FROM && lease.own < batch / 2 && lease.beyond > 0) {
        // Who needs the units is told of what fails.
        renew(lease, bucket, batch).catch(() => undefined)
      }
      return spent
    },
    giveBack({ bucket, resetAt }, units) {
      const lease = leases.peek(bucket.key)
      if (lease?.resetAt === resetAt) lease.own += units
    },
  }
}

const batchOf = ({ budget }: Bucket): number => Math.max(1, Math.floor(budget.units / PART))
