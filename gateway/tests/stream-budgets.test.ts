import { afterEach, describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { memoryStore } from '../src/rate-limits/budget-store.ts'
import type { RateLimits } from '../src/rate-limits/limits.ts'
import { createRateLimiter, type RateLimiter } from '../src/rate-limits/rate-limiter.ts'
import { createFeed, type Feed } from './support/feed.ts'
import { createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { openSocket, type SocketClient } from './support/socket-client.ts'
import { listenBySse, type SseClient } from './support/sse-client.ts'
import { identity } from './support/story-subgraphs.ts'

let feed: Feed
let tester: GatewayTester<'feed' | 'identity'>
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
  await tester.close()
})

async function start(
  limits: Partial<RateLimits>,
  changed: (limiter: RateLimiter) => RateLimiter = (limiter) => limiter,
) {
  feed = createFeed()
  tester = await createGatewayTester({
    definitions: { feed: feed.definition, identity },
    rateLimiter: changed(createRateLimiter({ store: memoryStore(), limits })),
  })
}

const WORKSPACE = newId('workspace')
const aToken = () =>
  tester.forge.sign(
    tester.forge.claims({ sub: newId('user'), tid: WORKSPACE, scope: 'feed:events.read' }),
  )

async function bySse(query: string, token: string): Promise<SseClient> {
  const client = await listenBySse(tester.url, query, { token })
  closing.push(client.close)
  return client
}

async function bySocket(): Promise<SocketClient> {
  const client = await openSocket(tester.url)
  closing.push(async () => {
    client.socket.terminate()
    await client.closed
  })
  return client
}

/** The numbers of events until the client is told of an error, and that error's extensions. */
async function untilRefused(client: SseClient) {
  const seqs: number[] = []
  for (;;) {
    const { data, errors } = await client.result()
    if (errors) return { seqs, extensions: errors[0]?.extensions as Record<string, unknown> }
    const [event] = Object.values(data ?? {}) as { seq: number }[]
    seqs.push(event?.seq ?? -1)
  }
}

const from = (cursor: string) => `subscription { mine(after: "${cursor}") { seq } }`
const minute = (units: number) => ({ units, seconds: 60 })

describe('messages of a stream', () => {
  test('are paid by who gets them, until the budget holds no more; then it is told where to go on', async () => {
    await start({ user: minute(10) })
    feed.publish(20)
    const { seqs, extensions } = await untilRefused(await bySse(from('c0'), aToken()))
    // One unit is what it costs to begin, one is each event.
    expect(seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(extensions).toMatchObject({ code: 'RATE_LIMITED', limit: 'user', cursor: 'c9' })
    expect(Date.parse(String(extensions.resetAt))).toBeGreaterThan(Date.now())
    // Nothing was lost on the way to the cursor.
    const rest = await untilRefused(await bySse(from(String(extensions.cursor)), aToken()))
    expect([...seqs, ...rest.seqs]).toEqual(Array.from({ length: 18 }, (_, at) => at + 1))
    const ended = tester.log.find(({ msg }) => msg === 'stream ended')
    expect(ended).toMatchObject({ end: 'limited', sent: 9, cost: 9 })
    await feed.open(0)
  })

  test('cost what is in them', async () => {
    await start({ user: minute(10) })
    feed.publish(20)
    const query = 'subscription { mine(after: "c0") { seq user { name } } }'
    const { seqs } = await untilRefused(await bySse(query, aToken()))
    expect(seqs).toEqual([1, 2, 3, 4])
  })

  test('are paid from the same budget as all else that the caller asks for', async () => {
    await start({ user: minute(10) })
    const token = aToken()
    for (const _ of [1, 2, 3, 4]) await tester.ask('{ version }', { token })
    feed.publish(20)
    expect((await untilRefused(await bySse(from('c0'), token))).seqs).toHaveLength(5)
    expect((await tester.ask('{ version }', { token })).status).toBe(429)
  })

  test('over a WebSocket end the operation with the same error, and the others go on', async () => {
    await start({ user: minute(4) })
    feed.publish(20)
    const client = await bySocket()
    await client.init({ accessToken: aToken() })
    client.subscribe('1', from('c0'))
    for (const seq of [1, 2, 3]) {
      expect(await client.next()).toMatchObject({
        type: 'next',
        payload: { data: { mine: { seq } } },
      })
    }
    expect(await client.next()).toMatchObject({
      id: '1',
      type: 'error',
      payload: [{ extensions: { code: 'RATE_LIMITED', cursor: 'c3' } }],
    })
    client.send({ type: 'ping' })
    expect(await client.next()).toMatchObject({ type: 'pong' })
  })

  test('that come from one shared source are paid by each listener', async () => {
    await start({ user: minute(10) })
    const query = 'subscription { ofWorkspace { seq } }'
    const poor = aToken()
    for (const _ of [1, 2, 3, 4, 5, 6]) await tester.ask('{ version }', { token: poor })
    const [one, other] = [await bySse(query, poor), await bySse(query, aToken())]
    await feed.open(2)
    feed.publish()
    for (const client of [one, other]) {
      expect(await client.result()).toEqual({ data: { ofWorkspace: { seq: 1 } } })
    }
    await feed.open(1)
    feed.publish(6)
    const { seqs, extensions } = await untilRefused(one)
    expect(seqs).toEqual([2, 3])
    expect(extensions).toMatchObject({ code: 'RATE_LIMITED', cursor: 'c3' })
    for (const seq of [2, 3, 4, 5, 6, 7]) {
      expect(await other.result()).toEqual({ data: { ofWorkspace: { seq } } })
    }
  })
})

describe('messages from a client', () => {
  test.each<[string, (client: SocketClient, at: number) => void]>([
    ['pings', (client) => client.send({ type: 'ping' })],
    ['pings of the WebSocket protocol', (client) => client.socket.ping()],
    ['subscriptions that are not valid', (client, at) => client.subscribe(`${at}`, '{')],
    ['completions of nothing', (client) => client.send({ type: 'complete', id: '9' })],
  ])('count for its network: %s', async (_, send) => {
    await start({ network: minute(10) })
    const client = await bySocket()
    await client.init()
    for (let sent = 0; sent < 20; sent += 1) send(client, sent)
    expect(await client.closed).toEqual({ code: 1013, reason: 'Too many messages' })
    expect((await fetch(`${tester.url}/graphql`)).status).toBe(429)
  })

  test('are handled in their order, even where the first has to wait for the budget', async () => {
    const gate = Promise.withResolvers<void>()
    let admitted = 0
    await start({}, (limiter) => ({
      ...limiter,
      async admit(clientIp) {
        admitted += 1
        // After the upgrade and `connection_init`.
        if (admitted === 3) await gate.promise
        return limiter.admit(clientIp)
      },
    }))
    const client = await bySocket()
    await client.init({ accessToken: aToken() })
    client.subscribe('1', from('c0'))
    client.send({ id: '1', type: 'complete' })
    client.send({ type: 'ping' })
    while (admitted < 5) await new Promise(setImmediate)
    gate.resolve()
    expect(await client.next()).toMatchObject({ type: 'pong' })
    // Had it been completed before it was begun, it would be listening still.
    while (!tester.log.some(({ msg }) => msg === 'stream ended')) await new Promise(setImmediate)
    await feed.open(0)
  })
})
