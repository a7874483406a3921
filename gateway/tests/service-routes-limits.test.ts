import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { createLogger } from '@logicspike/telemetry'
import WebSocket, { WebSocketServer } from 'ws'
import { createBudgetStore } from '../src/rate-limits/create-budget-store.ts'
import { createRateLimiter } from '../src/rate-limits/rate-limiter.ts'
import type { GatewayTester } from './support/gateway-tester.ts'
import { createServiceTester } from './support/service-tester.ts'
import { createTestService, type TestService } from './support/test-service.ts'

let service: TestService
let sockets: WebSocketServer
let tester: GatewayTester<'idle'>

beforeAll(async () => {
  service = await createTestService()
  sockets = new WebSocketServer({ server: service.server })
  const blog = {
    upstreams: [{ url: service.origin }],
    webSockets: true,
    routes: { '/*': { '*': 'public' }, '/admin': { '*': 'blog:settings.manage' } },
    entitlement: false,
  }
  const log = createLogger({ name: 'test', level: 'silent' })
  tester = await createServiceTester(
    [
      { ...blog, name: 'blog', prefix: '/blog/*' },
      { ...blog, name: 'media', prefix: '/media/*', cost: 10 },
    ],
    {
      trustedProxies: ['127.0.0.1'],
      traceTrust: 'proxies',
      rateLimiter: createRateLimiter({
        store: createBudgetStore({ log }),
        limits: {
          anonymous: { units: 5, seconds: 60 },
          user: { units: 20, seconds: 60 },
          workspace: { units: 30, seconds: 60 },
        },
      }),
    },
  )
})
beforeEach(() => service.reset())
afterAll(async () => {
  await tester.close()
  for (const socket of sockets.clients) socket.terminate()
  sockets.close()
  await service.close()
})

let networks = 0
/** Of a client that no other test knows. */
const aNetwork = () => {
  networks += 1
  return { 'x-forwarded-for': `198.51.${networks}.7` }
}

const aToken = (tid = newId('workspace')) =>
  tester.forge.sign(tester.forge.claims({ sub: newId('user'), tid }))

const call = (path: string, headers: Record<string, string>) =>
  fetch(tester.url + path, { headers })

describe('a request', () => {
  test('costs its caller a unit, and tells what is left', async () => {
    const { headers } = await call('/blog/x', aNetwork())
    expect(headers.get('ratelimit-policy')).toBe('"anonymous";q=5;w=60')
    expect(headers.get('ratelimit-remaining')).toBe('4')
  })

  test('costs what its service says', async () => {
    const authorization = `Bearer ${aToken()}`
    const { headers } = await call('/media/x', { authorization, ...aNetwork() })
    expect(headers.get('ratelimit-policy')).toBe('"user";q=20;w=60')
    expect(headers.get('ratelimit-remaining')).toBe('10')
  })

  test('that the budget does not hold is 429, and never reaches the service', async () => {
    const client = aNetwork()
    for (let turn = 0; turn < 5; turn += 1) expect((await call('/blog/x', client)).status).toBe(200)
    const refused = await call('/blog/x', client)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('ratelimit-remaining')).toBe('0')
    const problem = (await refused.json()) as Record<string, unknown>
    expect(problem).toMatchObject({ code: 'RATE_LIMITED', limit: 'anonymous', status: 429 })
    expect(refused.headers.get('retry-after')).toBe(String(problem.retryAfterSeconds))
    expect(service.calls).toHaveLength(5)
    // Somebody else is not touched by it.
    expect((await call('/blog/x', aNetwork())).status).toBe(200)
  })

  test('of one tenant takes nothing from another', async () => {
    const [mine, theirs] = [newId('workspace'), newId('workspace')]
    const statusOf = async (tid: typeof mine) =>
      (await call('/media/x', { authorization: `Bearer ${aToken(tid)}`, ...aNetwork() })).status
    const ofMine = [
      await statusOf(mine),
      await statusOf(mine),
      await statusOf(mine),
      await statusOf(mine),
    ]
    expect(ofMine).toEqual([200, 200, 200, 429])
    expect(await statusOf(theirs)).toBe(200)
  })

  test('that is refused for what it may not costs nothing', async () => {
    const authorization = `Bearer ${aToken()}`
    const client = { authorization, ...aNetwork() }
    expect((await call('/media/admin', client)).status).toBe(403)
    expect((await call('/media/x', client)).headers.get('ratelimit-remaining')).toBe('10')
  })
})

test('a WebSocket is charged for its opening', async () => {
  const client = aNetwork()
  const open = () =>
    new WebSocket(`${tester.url.replace('http', 'ws')}/blog/x`, { headers: client })
  for (let turn = 0; turn < 5; turn += 1) {
    const socket = open()
    await once(socket, 'open')
    socket.terminate()
  }
  const refused = open()
  refused.on('error', () => undefined)
  const [, response] = (await once(refused, 'unexpected-response')) as [unknown, IncomingMessage]
  expect([response.statusCode, Number(response.headers['retry-after']) > 0]).toEqual([429, true])
  response.resume()
})

describe('the trace that a request is part of', () => {
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`

  test('is gone on with where a trusted proxy tells of it', async () => {
    await call('/blog/x', { traceparent, baggage: 'FORGED=1', ...aNetwork() })
    expect(service.calls[0]?.headers).toMatchObject({ traceparent })
    expect(service.bytes()).not.toContain('FORGED')
  })

  test('is not a client’s to tell', async () => {
    await call('/blog/x', { traceparent, tracestate: 'a=FORGED' })
    expect(service.calls[0]?.headers).not.toHaveProperty('traceparent')
    expect(service.bytes()).not.toContain('FORGED')
  })
})
