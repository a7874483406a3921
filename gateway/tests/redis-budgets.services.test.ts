import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { createLogger } from '@logicspike/telemetry'
import { createBudgetStore } from '../src/rate-limits/create-budget-store.ts'
import { createRateLimiter, type RateLimiter } from '../src/rate-limits/rate-limiter.ts'
import { type RedisServer, startRedis } from './support/redis-server.ts'

const log = createLogger({ name: 'test', level: 'silent' })
let redis: RedisServer
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.close())

let limiters: RateLimiter[] = []
afterEach(async () => {
  await Promise.all(limiters.map((it) => it.close()))
  limiters = []
})

function aGateway(): RateLimiter {
  const limiter = createRateLimiter({
    store: createBudgetStore({ redisUrl: redis.url, log }),
    limits: { user: { units: 1_000, seconds: 60 } },
  })
  limiters.push(limiter)
  return limiter
}

const aUser = () => ({
  clientIp: '203.0.113.9',
  principal: {
    kind: 'user' as const,
    userId: newId('user'),
    clientId: 'console',
    workspaceId: null,
  },
})

async function allowed(limiter: RateLimiter, caller: ReturnType<typeof aUser>, times: number) {
  const charges = await Promise.all(
    Array.from({ length: times }, async () => limiter.charge(caller, 1)),
  )
  return charges.filter(({ isAllowed }) => isAllowed).length
}

test('two gateways share a budget in Redis', async () => {
  const caller = aUser()
  const [one, two] = await Promise.all([
    allowed(aGateway(), caller, 900),
    allowed(aGateway(), caller, 900),
  ])
  expect(one + two).toBeLessThanOrEqual(1_000)
  expect(one + two).toBeGreaterThanOrEqual(980)
})

test('a budget in Redis outlives the gateway, and Redis itself', async () => {
  const caller = aUser()
  expect(await allowed(aGateway(), caller, 600)).toBe(600)
  await redis.stop()
  await redis.start()
  const more = await allowed(aGateway(), caller, 600)
  expect(more).toBeGreaterThanOrEqual(390)
  expect(more).toBeLessThanOrEqual(400)
})

test('without Redis a gateway counts in memory', async () => {
  const limiter = aGateway()
  const caller = aUser()
  expect(await allowed(limiter, caller, 5)).toBe(5)
  await redis.stop()
  expect(await allowed(limiter, aUser(), 1_500)).toBe(1_000)
  expect(await allowed(aGateway(), aUser(), 1_500)).toBe(1_000)
  await redis.start()
})
