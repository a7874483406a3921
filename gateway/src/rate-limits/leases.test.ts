import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { BudgetStore } from './budget-store.ts'
import { createLeases, type Spent } from './leases.ts'
import type { Bucket } from './limits.ts'

/** A counter for all, whose answers may be held back, and a clock. */
function aStore() {
  let now = 0
  let count = 0
  let windowEndsAt = 0
  const waiting: (() => void)[] = []
  const store: Pick<BudgetStore, 'take'> = {
    async take({ budget }, units) {
      facts.takings += 1
      if (facts.isHeld) await new Promise<void>((resolve) => waiting.push(resolve))
      if (now >= windowEndsAt) {
        count = 0
        windowEndsAt = now + budget.seconds * 1_000
      }
      const granted = Math.max(0, Math.min(count + units, budget.units) - count)
      count += units
      return {
        units: granted,
        left: Math.max(0, budget.units - count),
        msLeft: windowEndsAt - now,
      }
    },
  }
  const facts = {
    store,
    takings: 0,
    isHeld: false,
    now: () => now,
    pass: (ms: number) => {
      now += ms
    },
    answer: () => {
      for (const resolve of waiting.splice(0)) resolve()
    },
  }
  return facts
}

const bucket = (units: number): Bucket => ({
  name: 'user',
  key: 'user:1',
  budget: { units, seconds: 60 },
})

async function spendAll(
  leases: ReturnType<typeof createLeases>,
  of: Bucket,
  times: number,
): Promise<Spent[]> {
  const spent: Spent[] = []
  for (let at = 0; at < times; at += 1) spent.push(await leases.spend(of, 1))
  return spent
}

describe('leases', () => {
  test('a budget is spent to the last unit, then refused until the window ends', async () => {
    const it = aStore()
    const leases = createLeases(it.store, it.now)
    const spent = await spendAll(leases, bucket(250), 260)
    expect(spent.filter(({ isEnough }) => isEnough)).toHaveLength(250)
    expect(spent.at(-1)).toMatchObject({ isEnough: false, left: 0, resetAt: 60_000 })
    it.pass(60_000)
    expect(await leases.spend(bucket(250), 1)).toMatchObject({ isEnough: true, resetAt: 120_000 })
  })

  test('the store is asked for batches, and by nobody who is refused', async () => {
    const it = aStore()
    const leases = createLeases(it.store, it.now)
    await spendAll(leases, bucket(10_000), 1_000)
    expect(it.takings).toBeLessThanOrEqual(12)
    await spendAll(leases, bucket(10_000), 9_000)
    const { takings } = it
    await spendAll(leases, bucket(10_000), 1_000)
    expect(it.takings).toBe(takings)
  })

  test('nobody waits for the store while the lease lasts', async () => {
    const it = aStore()
    const leases = createLeases(it.store, it.now)
    await leases.spend(bucket(10_000), 1)
    it.isHeld = true
    for (let at = 0; at < 99; at += 1) {
      expect(leases.spend(bucket(10_000), 1)).not.toBeInstanceOf(Promise)
    }
    const waits = leases.spend(bucket(10_000), 1)
    expect(waits).toBeInstanceOf(Promise)
    it.isHeld = false
    it.answer()
    expect(await waits).toMatchObject({ isEnough: true })
  })

  test('many who come first at once ask the store once', async () => {
    const it = aStore()
    const leases = createLeases(it.store, it.now)
    const spent = await Promise.all(
      Array.from({ length: 100 }, () => leases.spend(bucket(10_000), 1)),
    )
    expect(spent.every(({ isEnough }) => isEnough)).toBe(true)
    expect(it.takings).toBeLessThanOrEqual(2)
  })

  test('what costs more than is left is refused, what costs less is not', async () => {
    const it = aStore()
    const leases = createLeases(it.store, it.now)
    expect(await leases.spend(bucket(100), 90)).toMatchObject({ isEnough: true, left: 10 })
    expect(await leases.spend(bucket(100), 11)).toMatchObject({ isEnough: false, left: 10 })
    expect(await leases.spend(bucket(100), 10)).toMatchObject({ isEnough: true, left: 0 })
  })

  test('units that were given back can be spent again, in their window only', async () => {
    const it = aStore()
    const leases = createLeases(it.store, it.now)
    const spent = await leases.spend(bucket(100), 100)
    leases.giveBack(spent, 40)
    expect(await leases.spend(bucket(100), 40)).toMatchObject({ isEnough: true, left: 0 })
    it.pass(60_000)
    leases.giveBack(spent, 100)
    expect(await leases.spend(bucket(100), 100)).toMatchObject({ isEnough: true, left: 0 })
    expect(await leases.spend(bucket(100), 1)).toMatchObject({ isEnough: false })
  })

  test('a store that fails is told of to whoever waits for it', async () => {
    const leases = createLeases({ take: () => Promise.reject(new Error('down')) })
    await expect(leases.spend(bucket(100), 1)).rejects.toThrow('down')
  })

  test('however many spend however much, a budget is never exceeded', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3_000 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 1, max: 200 })), {
          maxLength: 200,
        }),
        async (units, asked) => {
          const it = aStore()
          const gateways = [0, 1, 2].map(() => createLeases(it.store, it.now))
          const spent = await Promise.all(
            asked.map(async ([gateway, cost]) => {
              const paid = await gateways[gateway]?.spend(bucket(units), cost)
              return paid?.isEnough ? cost : 0
            }),
          )
          const sum = spent.reduce<number>((left, right) => left + right, 0)
          expect(sum).toBeLessThanOrEqual(units)
        },
      ),
    )
  })
})
