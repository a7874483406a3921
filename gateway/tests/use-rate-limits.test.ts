import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { useTestDatabase } from '@logicspike/database/testing'
import { createLogger } from '@logicspike/telemetry'
import { gatewayDatabase } from '../src/gateway-database.ts'
import { createBudgetStore } from '../src/rate-limits/create-budget-store.ts'
import type { RateLimits } from '../src/rate-limits/limits.ts'
import { createRateLimiter } from '../src/rate-limits/rate-limiter.ts'
import { codes, createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { identity, tenancy } from './support/story-subgraphs.ts'

let tester: GatewayTester<'identity' | 'tenancy'>
// Hooks run in order: the gateway lets go of the database before that is dropped.
afterAll(() => tester.close())
const database = useTestDatabase({ services: [gatewayDatabase] })
const log = createLogger({ name: 'test', level: 'silent' })

const aGateway = (limits: Partial<RateLimits>, trustedProxies: string[] = ['127.0.0.1']) =>
  createGatewayTester({
    definitions: { identity, tenancy },
    trustedProxies,
    rateLimiter: createRateLimiter({
      store: createBudgetStore({ databaseUrl: database.serviceUrl('gateway'), log }),
      limits,
    }),
  })

/** Costs 10 by estimate. */
const USERS = '{ users { id } }'
let addresses = 0
/** Headers of a client in a network that no other test uses. */
const aNetwork = () => {
  addresses += 1
  return { 'x-forwarded-for': `198.51.${addresses}.7` }
}

beforeAll(async () => {
  tester = await aGateway({
    network: { units: 40, seconds: 60 },
    anonymous: { units: 100, seconds: 60 },
    user: { units: 100, seconds: 60 },
  })
})

describe('an answer', () => {
  test('tells of the budget, with what the operation did cost', async () => {
    const { headers } = await tester.ask(USERS, { headers: aNetwork() })
    expect(headers.get('ratelimit-policy')).toBe('"anonymous";q=100;w=60')
    expect(headers.get('ratelimit-limit')).toBe('100')
    expect(headers.get('ratelimit-remaining')).toBe('98')
    expect(Number(headers.get('ratelimit-reset'))).toBeGreaterThan(0)
    expect(Number(headers.get('ratelimit-reset'))).toBeLessThanOrEqual(60)
    expect(headers.get('retry-after')).toBeNull()
  })

  test('tells of the network’s where no operation is charged', async () => {
    const { headers } = await tester.ask('{', { headers: aNetwork() })
    expect(headers.get('ratelimit-policy')).toBe('"network";q=40;w=60')
    expect(headers.get('ratelimit-remaining')).toBe('39')
  })
})

describe('more than the budget holds', () => {
  test('is refused with 429, the time of the reset, and nothing done', async () => {
    const token = tester.tokenOfAnother()
    const ask = (query: string) => tester.ask(query, { token, headers: aNetwork() })
    const [one, two] = await Promise.all([ask(USERS), ask(`{ ${aliases(9)} }`)])
    expect([one.status, two.status]).toEqual([200, 200])
    tester.subgraphs.identity.received.length = 0
    const refused = await ask(`{ ${aliases(10)} }`)
    expect(refused.status).toBe(429)
    expect(codes(refused)).toEqual([': RATE_LIMITED'])
    const { retryAfterSeconds, resetAt, limit } = refused.body.errors?.[0]?.extensions ?? {}
    expect(limit).toBe('user')
    expect(refused.headers.get('retry-after')).toBe(String(retryAfterSeconds))
    expect(new Date(String(resetAt)).getTime()).toBeGreaterThan(Date.now())
    expect(new Date(String(resetAt)).getTime()).toBeLessThanOrEqual(Date.now() + 60_000)
    expect(tester.subgraphs.identity.received).toEqual([])
    // Another user is not touched by it.
    const other = await tester.ask(USERS, { token: tester.tokenOfAnother(), headers: aNetwork() })
    expect(other.status).toBe(200)
  })

  test('cannot be had by aliases, fragments or parallel requests', async () => {
    const token = tester.tokenOfAnother()
    const spread = `{ ${Array.from({ length: 5 }, (_, at) => `...F${at}`).join(' ')} } ${Array.from({ length: 5 }, (_, at) => `fragment F${at} on Query { f${at}: users { id } }`).join(' ')}`
    const asked = await Promise.all(
      Array.from({ length: 30 }, (_, at) =>
        tester.ask(at % 2 ? spread : `{ ${aliases(5)} }`, { token, headers: aNetwork() }),
      ),
    )
    const answered = asked.filter(({ status }) => status === 200).length
    // Each is charged 50 until it is known to have cost 10.
    expect(answered).toBeGreaterThanOrEqual(2)
    expect(answered).toBeLessThanOrEqual(10)
    expect(asked.filter(({ status }) => status === 429)).toHaveLength(30 - answered)
  })

  test('of one operation alone is too costly, not too often', async () => {
    const answer = await tester.ask(`{ ${aliases(11)} }`, { headers: aNetwork() })
    expect(answer.status).toBe(400)
    expect(codes(answer)).toEqual([': OPERATION_TOO_COSTLY'])
  })
})

describe('a network over its limit', () => {
  test('is refused on every route, before anybody asks who it is', async () => {
    const headers = aNetwork()
    const asked = await Promise.all(
      Array.from({ length: 45 }, () => tester.ask(USERS, { headers, token: 'not a token' })),
    )
    expect(asked.filter(({ status }) => status === 401)).toHaveLength(40)
    const refused = asked.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(5)
    expect(codes(refused[0] as (typeof refused)[0])).toEqual([': RATE_LIMITED'])
    expect(refused[0]?.headers.get('retry-after')).not.toBeNull()
    const elsewhere = await fetch(`${tester.url}/nowhere`, { headers })
    expect(elsewhere.status).toBe(429)
    expect(await elsewhere.json()).toMatchObject({ code: 'RATE_LIMITED', status: 429 })
    expect(elsewhere.headers.get('retry-after')).not.toBeNull()
  })

  test('does not keep load balancers from asking', async () => {
    const headers = aNetwork()
    await Promise.all(Array.from({ length: 45 }, () => fetch(`${tester.url}/x`, { headers })))
    expect((await fetch(`${tester.url}/healthz`, { headers })).status).toBe(200)
    expect((await fetch(`${tester.url}/readyz`, { headers })).status).toBe(200)
  })

  test('is not known by what a client writes where no proxy is trusted', async () => {
    await using direct = await aGateway({ network: { units: 5, seconds: 60 } }, [])
    const asked = await Promise.all(
      Array.from({ length: 8 }, () => direct.ask(USERS, { headers: aNetwork() })),
    )
    expect(asked.filter(({ status }) => status === 429)).toHaveLength(3)
  })
})

test('two gateways share one budget, in parallel', async () => {
  const limits = { user: { units: 500, seconds: 60 } }
  await using one = await aGateway(limits)
  await using two = await aGateway(limits)
  const token = one.tokenOfAnother()
  const asked = await Promise.all(
    Array.from({ length: 400 }, (_, at) =>
      (at % 2 ? one : two).ask('{ me { id } }', { token, headers: aNetwork() }),
    ),
  )
  expect(asked.every(({ status }) => status === 200)).toBe(true)
  const more = await Promise.all(
    Array.from({ length: 200 }, (_, at) =>
      (at % 2 ? one : two).ask('{ me { id } }', { token, headers: aNetwork() }),
    ),
  )
  const answered = more.filter(({ status }) => status === 200).length
  expect(answered).toBeLessThanOrEqual(100)
  // Of each gateway, at most a batch of five may be left over.
  expect(answered).toBeGreaterThanOrEqual(90)
})

test('a gateway that is restarted in the middle of the window goes on with what is left', async () => {
  const limits = { user: { units: 100, seconds: 600 } }
  const before = await aGateway(limits)
  const token = before.tokenOfAnother()
  const statuses = async ({ ask }: typeof before, times: number) => {
    const asked = Array.from({ length: times }, () =>
      ask('{ me { id } }', { token, headers: aNetwork() }),
    )
    return (await Promise.all(asked)).map(({ status }) => status)
  }
  expect(await statuses(before, 60)).toEqual(Array(60).fill(200))
  await before.close()
  await using after = await aGateway(limits)
  const more = (await statuses(after, 60)).filter((status) => status === 200).length
  expect(more).toBeLessThanOrEqual(40)
  // Of each gateway, at most a unit that was leased and not spent.
  expect(more).toBeGreaterThanOrEqual(38)
})

const aliases = (count: number) =>
  Array.from({ length: count }, (_, at) => `a${at}: users { id }`).join(' ')
