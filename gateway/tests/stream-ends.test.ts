import { afterEach, describe, expect, test } from '@jest/globals'
import type { EpochBump } from '@logicspike/auth'
import { unauthenticated } from '@logicspike/errors'
import { createFeed, type Feed } from './support/feed.ts'
import {
  clock,
  createGatewayTester,
  type GatewayTester,
  type GatewayTesterOptions,
} from './support/gateway-tester.ts'
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

async function start(options: Partial<GatewayTesterOptions<'feed' | 'identity'>> = {}) {
  feed = createFeed()
  tester = await createGatewayTester({
    definitions: { feed: feed.definition, identity },
    ...options,
    clock,
    streams: { sweepMs: 5, farewellMs: 500, ...options.streams },
  })
}

async function bySse(...[query, options]: [string, Parameters<typeof listenBySse>[2]?]) {
  const client: SseClient = await listenBySse(tester.url, query, options)
  closing.push(client.close)
  return client
}

async function bySocket(token?: string): Promise<SocketClient> {
  const client = await openSocket(tester.url)
  closing.push(async () => {
    client.socket.terminate()
    await client.closed
  })
  await client.init(token ? { accessToken: token } : undefined)
  return client
}

const MINE = 'subscription { mine(after: "c0") { seq } }'
const HAPPENED = 'subscription { happened(after: "c0") { seq } }'

async function untilLogged(end: string) {
  const isIt = (line: Record<string, unknown>) => line.msg === 'stream ended' && line.end === end
  while (!tester.log.some(isIt)) await new Promise(setImmediate)
  return tester.log.find(isIt)
}

/** The same end over both transports, told as each of them tells it. */
const resumeRequired = (cursor: string) => ({
  message: expect.stringContaining('Go on after the cursor given.'),
  extensions: { code: 'RESUME_REQUIRED', cursor, requestId: expect.stringMatching(/^req_/) },
})

describe('when the token of who listens comes to its end', () => {
  test('a WebSocket is closed with 4403', async () => {
    await start()
    const client = await bySocket(tester.tokenWith())
    client.subscribe('a', MINE)
    feed.publish()
    await client.next()
    clock.advance(400)
    expect(await client.closed).toEqual({ code: 4403, reason: 'Token expired' })
    expect(await untilLogged('expired')).toMatchObject({ transport: 'websocket', sent: 1 })
    await feed.open(0)
  })

  test('an event stream breaks off without being complete, so that its client comes again', async () => {
    await start()
    const client = await bySse(MINE, { token: tester.tokenWith() })
    feed.publish()
    await client.result()
    clock.advance(400)
    expect(await client.next()).toBeNull()
    await untilLogged('expired')
    await feed.open(0)
  })
})

describe('when who listens is revoked', () => {
  async function startRevocable() {
    const revoked = new Set<string>()
    let tell: (bump: EpochBump) => void = () => undefined
    await start()
    const { verifier } = tester.parts
    await tester.close()
    await start({
      verifier: {
        ...verifier,
        async verify(token) {
          if (revoked.has(token)) throw unauthenticated('revoked')
          return verifier.verify(token)
        },
      },
      epochs: {
        ready: true,
        onBump(listener) {
          tell = listener
          return () => undefined
        },
      },
    })
    return {
      revoke(token: string, subject: string) {
        revoked.add(token)
        tell({ subject, epoch: 1, bumpedAt: clock.now().toISOString() })
      },
    }
  }

  test('sockets of the membership are closed with 4403, event streams break off, others go on', async () => {
    const { revoke } = await startRevocable()
    const { forge } = tester
    const claims = forge.claims()
    const token = forge.sign(claims)
    const other = forge.sign(forge.claims({ sub: 'usr_01jz8x3v5qf8ktwz4mxnr2p7ab' }))
    const socket = await bySocket(token)
    const stream = await bySse(MINE, { token })
    const untouched = await bySse(MINE, { token: other })
    socket.subscribe('a', MINE)
    await feed.open(3)
    revoke(token, `member:${claims.tid}:${claims.sub}`)
    expect(await socket.closed).toEqual({ code: 4403, reason: 'Forbidden' })
    expect(await stream.next()).toBeNull()
    await feed.open(1)
    feed.publish()
    expect((await untouched.result()).data).toEqual({ mine: { seq: 1 } })
    await untilLogged('revoked')
  })

  test('a revoked token opens no socket and no stream', async () => {
    const { revoke } = await startRevocable()
    const { forge } = tester
    const claims = forge.claims()
    const token = forge.sign(claims)
    const socket = await bySocket(token)
    revoke(token, `session:${claims.sid}`)
    expect((await socket.closed).code).toBe(4403)
    expect((await bySse(MINE, { token })).status).toBe(401)
  })
})

describe('RESUME_REQUIRED, with the last cursor,', () => {
  test('comes when the schema is updated', async () => {
    let change: (sdl: string) => void = () => undefined
    await start()
    const { sdl } = tester.parts
    await tester.close()
    await start({
      supergraph: {
        read: async () => sdl,
        watch(listener) {
          change = listener
          return () => undefined
        },
      },
    })
    const socket = await bySocket()
    const stream = await bySse(HAPPENED)
    socket.subscribe('a', HAPPENED)
    feed.publish(2)
    for (const _ of [1, 2]) {
      await socket.next()
      await stream.result()
    }
    change(`${sdl}\n# newer`)
    await tester.gateway.supergraphSettled()
    expect(await socket.next()).toEqual({ id: 'a', type: 'error', payload: [resumeRequired('c2')] })
    expect(await stream.result()).toEqual({ errors: [resumeRequired('c2')] })
    expect(await stream.next()).toMatchObject({ event: 'complete' })
    await untilLogged('schema-reloaded')
    await feed.open(0)
    socket.subscribe('a', 'subscription { happened(after: "c1") { seq } }')
    expect(await socket.next()).toMatchObject({ payload: { data: { happened: { seq: 2 } } } })
  })

  test('comes when the gateway stops, which then closes sockets with 1012', async () => {
    await start()
    const socket = await bySocket()
    const stream = await bySse(HAPPENED)
    socket.subscribe('a', HAPPENED)
    feed.publish()
    await socket.next()
    await stream.result()
    const stopped = tester.gateway.stop()
    expect(await socket.next()).toEqual({ id: 'a', type: 'error', payload: [resumeRequired('c1')] })
    expect(await socket.closed).toEqual({ code: 1012, reason: 'Service restart' })
    expect(await stream.result()).toEqual({ errors: [resumeRequired('c1')] })
    expect(await stream.next()).toMatchObject({ event: 'complete' })
    await stopped
  })

  test('comes to a client that does not read, and its source waits until then', async () => {
    await start({ streams: { bufferedEvents: 4, stalledMs: 50 } })
    const socket = await bySocket()
    socket.subscribe('a', 'subscription { happened { text(length: 100000) } }')
    await feed.open(1)
    socket.socket.pause()
    feed.publish(1_000)
    await untilLogged('slow')
    await feed.open(0)
    socket.socket.resume()
    let last = 0
    let message = await socket.next()
    while (message.type === 'next') {
      last += 1
      message = await socket.next()
    }
    expect(message).toEqual({ id: 'a', type: 'error', payload: [resumeRequired(`c${last}`)] })
  })

  test('is not needed where a subgraph restarts: its stream is opened again after the last event', async () => {
    await start()
    const stream = await bySse(HAPPENED)
    feed.publish(2)
    expect((await stream.result()).data).toEqual({ happened: { seq: 1 } })
    expect((await stream.result()).data).toEqual({ happened: { seq: 2 } })
    feed.fail('RESUME_REQUIRED')
    await feed.open(0)
    feed.publish()
    expect((await stream.result()).data).toEqual({ happened: { seq: 3 } })
    expect(feed.opened).toEqual([0, 2])
  })

  test('comes where it cannot be opened again', async () => {
    await start({ streams: { reopenings: 1 } })
    const stream = await bySse(HAPPENED)
    feed.publish()
    await stream.result()
    tester.subgraphs.feed.misbehave((_, response) => response.destroy())
    feed.fail('RESUME_REQUIRED')
    expect(await stream.result()).toEqual({ errors: [resumeRequired('c1')] })
  })
})

describe('who is too many', () => {
  test('is refused a socket by address, with 1013', async () => {
    await start({ streams: { connectionsPerIp: 1 } })
    await bySocket()
    const second = await openSocket(tester.url)
    expect(await second.closed).toEqual({ code: 1013, reason: 'Too many connections' })
  })

  test('is refused by caller, and let in again when another has left', async () => {
    await start({ streams: { connectionsPerPrincipal: 1 } })
    const token = tester.tokenWith()
    const first = await bySse(MINE, { token })
    const second = await bySse(MINE, { token })
    expect(second.status).toBe(429)
    expect(JSON.parse(await second.text())).toMatchObject({
      errors: [{ extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 10 } }],
    })
    const socket = await openSocket(tester.url)
    socket.send({ type: 'connection_init', payload: { accessToken: token } })
    expect(await socket.closed).toMatchObject({ code: 1013 })
    await first.close()
    await untilLogged('left')
    expect((await bySse(MINE, { token })).status).toBe(200)
  })
})

test('a socket that shows no sign of life is cut', async () => {
  await start({ streams: { pingMs: 50 } })
  const socket = await openSocket(tester.url)
  socket.socket.pong = () => undefined
  socket.socket.removeAllListeners('ping')
  const { _receiver: receiver } = socket.socket as unknown as {
    _receiver: { removeAllListeners(name: string): void }
  }
  receiver.removeAllListeners('ping')
  expect((await socket.closed).code).toBe(1006)
})
