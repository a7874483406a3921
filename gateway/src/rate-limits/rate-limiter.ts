import { AppError } from '@logicspike/errors'
import type { BudgetStore } from './budget-store.ts'
import { createLeases, type Spent } from './leases.ts'
import {
  type Bucket,
  bucketsOf,
  type ChargedCaller,
  defaultRateLimits,
  networkBucket,
  type RateLimits,
} from './limits.ts'

/** How a budget stands. */
export type BudgetStatus = {
  readonly name: Bucket['name']
  /** Units of each window. */
  readonly units: number
  readonly windowSeconds: number
  readonly left: number
  /** When the window ends. */
  readonly resetAt: Date
}

export type Verdict = {
  readonly isAllowed: boolean
  /** The budget that refuses, else the one of which the least is left. */
  readonly status: BudgetStatus
}

export type Charge = Verdict & {
  /**
   * Gives back what was charged beyond the actual cost, at most once.
   * @returns how the budget stands then
   */
  settle(actualUnits: number): BudgetStatus
}

/**
 * The limits of everything that comes in. Whoever takes requests (GraphQL over HTTP, streams,
 * service routes) first admits them, and charges them once it knows who asks and for how much.
 */
export type RateLimiter = {
  /** One request of a network. Before anything is done for it. */
  admit(clientIp: string): Verdict | Promise<Verdict>
  /** @throws AppError OPERATION_TOO_COSTLY for more than a whole window holds */
  charge(caller: ChargedCaller, units: number): Charge | Promise<Charge>
  /** Whether it counts alone for now, as its store cannot be reached. */
  readonly isStoreDown: boolean
  close(): Promise<void>
}

export type RateLimiterOptions = {
  readonly store: BudgetStore
  readonly limits?: Partial<RateLimits>
  /** The plan of a caller's workspace, as far as it is known without asking. */
  readonly planOf?: (principal: NonNullable<ChargedCaller['principal']>) => string | null
}

/** Whatever an operation returned, it was worked on. */
const LEAST_CHARGE = 1

export function createRateLimiter({ store, planOf, ...options }: RateLimiterOptions): RateLimiter {
  const limits = { ...defaultRateLimits, ...options.limits }
  const leases = createLeases(store)

  function pay(buckets: readonly Bucket[], units: number): Charge | Promise<Charge> {
    const payments = buckets.map((bucket) => leases.spend(bucket, units))
    return payments.every(isSpent)
      ? charged(payments, units)
      : Promise.all(payments).then((all) => charged(all, units))
  }

  function charged(payments: readonly Spent[], units: number): Charge {
    const refusal = payments.find(({ isEnough }) => !isEnough)
    // All or nothing: what another bucket gave is not spent.
    if (refusal) giveBack(payments, units)
    const status = statusOf(refusal ?? scarcest(payments))
    let surplusGiven: number | null = refusal ? 0 : null
    return {
      isAllowed: refusal === undefined,
      status,
      settle(actualUnits) {
        if (surplusGiven === null) {
          surplusGiven = Math.max(0, units - Math.max(LEAST_CHARGE, actualUnits))
          giveBack(payments, surplusGiven)
        }
        return { ...status, left: status.left + surplusGiven }
      },
    }
  }

  function giveBack(payments: readonly Spent[], units: number): void {
    for (const payment of payments) if (payment.isEnough) leases.giveBack(payment, units)
  }

  return {
    admit: (clientIp) => pay([networkBucket(limits, clientIp)], 1),
    charge(caller, estimate) {
      const units = Math.max(LEAST_CHARGE, Math.ceil(estimate))
      const plan = (caller.principal && planOf?.(caller.principal)) ?? null
      const buckets = bucketsOf(limits, caller, plan)
      const tooSmall = buckets.find(({ budget }) => budget.units < units)
      if (tooSmall) throw beyondBudget(tooSmall, units)
      return pay(buckets, units)
    },
    get isStoreDown() {
      return store.isDown ?? false
    },
    close: () => store.close(),
  }
}

const isSpent = (payment: Spent | Promise<Spent>): payment is Spent => 'bucket' in payment

function scarcest(payments: readonly Spent[]): Spent {
  return payments.reduce((left, right) => (share(right) < share(left) ? right : left))
}

const share = ({ left, bucket }: Spent): number => left / bucket.budget.units

function statusOf({ bucket, left, resetAt }: Spent): BudgetStatus {
  const { name, budget } = bucket
  const { units, seconds: windowSeconds } = budget
  return { name, units, windowSeconds, left, resetAt: new Date(resetAt) }
}

function beyondBudget({ name, budget }: Bucket, cost: number): AppError {
  return new AppError(
    'OPERATION_TOO_COSTLY',
    `The operation would cost up to ${cost}, more than the ${budget.units} there are in ${budget.seconds} seconds.`,
    { extensions: { limit: name, maximum: budget.units, cost } },
  )
}
