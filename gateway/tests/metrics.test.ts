import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { EpochBump } from '@logicspike/auth'
import { createLogger } from '@logicspike/telemetry'
import type { DocumentStore } from '../src/documents/document-store.ts'
import { createKnownDocuments } from '../src/documents/known-documents.ts'
import { memoryStore } from '../src/rate-limits/budget-store.ts'
import { createRateLimiter } from '../src/rate-limits/rate-limiter.ts'
import { changeable } from './support/changeable.ts'
import { compose } from './support/compose.ts'
import { createFeed } from './support/feed.ts'
import { clock, createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { type Scrape, type Scraper, startScraper } from './support/scraper.ts'
import { openSocket } from './support/socket-client.ts'
import { listenBySse } from './support/sse-client.ts'
import { identity } from './support/story-subgraphs.ts'

const feed = createFeed()
const definitions = { feed: feed.definition, identity }
const { sdl } = compose({ feed: feed.definition.sdl, identity: identity.sdl })

/** A supergraph that the test changes. */
const supergraph = changeable(sdl)

const epochs = {
  ready: false,
  lastPolledAt: new Date(clock.now().getTime() - 4_000),
  bump: (_: EpochBump): void => undefined,
  onBump(listener: (bump: EpochBump) => void) {
    this.bump = listener
    return () => undefined
  },
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')
const published = Array.from({ length: 210 }, (_, at) => `query Published${at} { version }`)
const store: DocumentStore = {
  registered: async () => null,
  register: async () => undefined,
  trusted: async (hash) => {
    const text = published.find((it) => hashOf(it) === hash)
    return text === undefined ? null : { text, clients: ['console'] }
  },
  publish: async () => undefined,
  close: async () => undefined,
}
const log = createLogger({ name: 'test', level: 'silent' })

let scraper: Scraper
let tester: GatewayTester<'feed' | 'identity'>

beforeAll(async () => {
  scraper = await startScraper()
  const { metrics } = scraper
  tester = await createGatewayTester({
    definitions,
    metrics,
    supergraph,
    epochs: epochs as never,
    clock,
    documents: createKnownDocuments({ store, log, metrics }),
  })
})
afterAll(async () => {
  await tester.close()
  await scraper.close()
})

const post = (body: object, headers: Record<string, string> = {}) =>
  fetch(`${tester.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

/** What changes between two scrapes, as far as it does. */
async function changesBy(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await scraper.scrape()
  await work()
  const after = await scraper.scrape()
  return Object.fromEntries(
    [...after].flatMap(([series, value]) => {
      const by = value - (before.get(series) ?? 0)
      const isOurs = series.startsWith('gateway_')
      return isOurs && by !== 0 ? [[series, Math.round(by * 1e6) / 1e6]] : []
    }),
  )
}

/** Node adds its own as they come, such as one for each kind of garbage collection. */
const seriesIn = (scrape: Scrape): string[] =>
  [...scrape.keys()].filter((series) => series.startsWith('gateway_')).sort()

const seriesOf = (name: string, labels: string): string => `${name}{${labels}}`
const total = (type: string, outcome: string, transport: string) =>
  seriesOf(
    'gateway_operations_total',
    `outcome="${outcome}",transport="${transport}",type="${type}"`,
  )
const fetches = (subgraph: string, outcome: string) =>
  seriesOf('gateway_subgraph_fetch_seconds_count', `outcome="${outcome}",subgraph="${subgraph}"`)

describe('what clients send', () => {
  test('makes no series of its own: names, ids, codes, headers, paths', async () => {
    const attack = (at: number) =>
      Promise.all([
        tester.ask(`query Attack${at} { alias${at}: version }`, { operationName: `Attack${at}` }),
        tester.ask(`mutation Attack${at} { signIn }`, { operationName: `Other${at}` }),
        tester.ask(`{ broken(code: "ATTACK_${at}") }`),
        tester.ask(`{ field${at} }`),
        post(
          { documentId: `sha256:${hashOf(String(at))}` },
          {
            'apollographql-client-name': `client${at}`,
            'x-request-id': `request-${at}-of-attack`,
            'user-agent': `agent${at}`,
          },
        ),
        fetch(`${tester.url}/path${at}`),
        fetch(`${tester.url}/graphql`, { method: 'POST', body: `nonsense${at}` }),
      ])
    await attack(0)
    const before = seriesIn(await scraper.scrape())
    for (let at = 1; at <= 40; at += 1) await attack(at)
    expect(seriesIn(await scraper.scrape())).toEqual(before)
    expect(await scraper.text()).not.toMatch(/attack|client1|agent1|path1|field1/i)
  })
})

describe('operations', () => {
  test('are counted by type, outcome and transport', async () => {
    const changes = await changesBy(async () => {
      await tester.ask('{ version }')
      await tester.ask('{ broken(code: "CONFLICT") version }')
      await tester.ask('{ nothing }')
      await tester.ask('mutation { signIn }')
      await tester.ask('{ version }', { token: 'bad' })
      await using stream = await listenBySse(tester.url, '{ version }')
      await stream.result()
    })
    expect(changes).toMatchObject({
      [total('query', 'ok', 'http')]: 1,
      [total('query', 'partial', 'http')]: 1,
      [total('unknown', 'GRAPHQL_VALIDATION_FAILED', 'http')]: 1,
      [total('unknown', 'UNAUTHENTICATED', 'http')]: 1,
      [total('mutation', 'ok', 'http')]: 1,
      [total('query', 'ok', 'sse')]: 1,
      'gateway_operation_seconds_count{transport="http"}': 5,
      'gateway_operation_seconds_count{transport="sse"}': 1,
    })
    expect(changes).not.toHaveProperty('gateway_operations_in_flight{}')
  })

  test('are timed in each stage they come to, and their plans and costs are counted', async () => {
    const query = '{ users { name } version }'
    const first = await changesBy(() => tester.ask(query))
    const second = await changesBy(() => tester.ask(query))
    const reached = (changes: Record<string, number>) =>
      Object.keys(changes).flatMap(
        (series) => /gateway_stage_seconds_count\{stage="(\w+)"/.exec(series)?.[1] ?? [],
      )
    const always = ['identify', 'parse', 'admit', 'authorize', 'execute', 'respond']
    expect(reached(first).sort()).toEqual([...always, 'plan'].sort())
    expect(reached(second).sort()).toEqual(always.sort())
    expect(first).toMatchObject({
      'gateway_plan_cache_total{result="miss"}': 1,
      'gateway_planning_seconds_count{}': 1,
      'gateway_operation_cost_units_sum{kind="estimated"}': 10,
      'gateway_operation_cost_units_sum{kind="actual"}': 2,
    })
    expect(second).toMatchObject({ 'gateway_plan_cache_total{result="hit"}': 1 })
    expect(second).not.toHaveProperty('gateway_planning_seconds_count{}')
  })

  test('are in flight until they are answered', async () => {
    const gate = Promise.withResolvers<void>()
    tester.subgraphs.feed.misbehave((_, response) => {
      void gate.promise.then(() => response.end('{"data":{"version":"1"}}'))
    })
    const asked = tester.subgraphs.feed.received.length
    const answers = Promise.all(['a', 'b'].map((it) => tester.ask(`{ ${it}: version }`)))
    while (tester.subgraphs.feed.received.length < asked + 2) await new Promise(setImmediate)
    expect(await scraper.value('gateway_operations_in_flight')).toBe(2)
    expect(await scraper.value('gateway_subgraph_requests_under_way', { subgraph: 'feed' })).toBe(2)
    expect(await scraper.value('gateway_subgraph_requests_waiting', { subgraph: 'feed' })).toBe(0)
    gate.resolve()
    await answers
    tester.subgraphs.feed.misbehave(null)
    expect(await scraper.value('gateway_operations_in_flight')).toBe(0)
  })

  test('have their names told only where their documents were published, and not without end', async () => {
    const changes = await changesBy(async () => {
      for (const text of published) await post({ documentId: `sha256:${hashOf(text)}` })
      await tester.ask('query OfMyOwn { version }')
    })
    const names = Object.keys(changes).flatMap(
      (series) =>
        /gateway_published_operation_seconds_count\{operation="([^"]+)"/.exec(series)?.[1] ?? [],
    )
    expect(names).toHaveLength(201)
    expect(names).toEqual(expect.arrayContaining(['Published0', 'Published199', '(others)']))
    const others = 'operation="(others)",outcome="ok"'
    expect(changes[seriesOf('gateway_published_operation_seconds_count', others)]).toBe(10)
    expect(changes).toMatchObject({
      'gateway_documents_by_hash_total{found="store"}': published.length,
    })
  })
})

describe('subgraphs', () => {
  test('are told by how their fetches ended', async () => {
    const { feed: subgraph } = tester.subgraphs
    const changes = await changesBy(async () => {
      await tester.ask('{ version }')
      await tester.ask('{ broken(code: "CONFLICT") }')
      subgraph.misbehave((_, response) => response.writeHead(502).end())
      await tester.ask('{ version }')
      subgraph.misbehave(() => undefined)
      await tester.ask('{ version }')
      subgraph.misbehave(null)
    })
    expect(changes).toMatchObject({
      [fetches('feed', 'ok')]: 1,
      [fetches('identity', 'errors')]: 1,
      [fetches('feed', 'unavailable')]: 1,
      [fetches('feed', 'timeout')]: 1,
    })
  })

  test('are asked once for what several want at the same time', async () => {
    const gate = Promise.withResolvers<void>()
    tester.subgraphs.feed.misbehave((_, response) => {
      void gate.promise.then(() => response.end('{"data":{"version":"1"}}'))
    })
    const changes = await changesBy(async () => {
      const answers = Promise.all([1, 2, 3].map(() => tester.ask('{ version }')))
      while ((await scraper.value('gateway_operations_in_flight')) !== 3);
      gate.resolve()
      await answers
    })
    tester.subgraphs.feed.misbehave(null)
    expect(changes[fetches('feed', 'ok')]).toBe(1)
    expect(changes['gateway_subgraph_fetches_shared_total{subgraph="feed"}']).toBe(2)
  })
})

describe('streams', () => {
  const HAPPENED = 'subscription { happened(after: "c0") { seq } }'

  test.each([
    {
      transport: 'sse',
      async listen() {
        const stream = await listenBySse(tester.url, HAPPENED)
        return { next: stream.result, leave: stream.close }
      },
    },
    {
      transport: 'websocket',
      async listen() {
        const client = await openSocket(tester.url)
        await client.init()
        client.subscribe('1', HAPPENED)
        const leave = async () => {
          client.socket.terminate()
          await client.closed
        }
        return { next: client.next, leave }
      },
    },
  ])('over $transport are counted while they last and by how they end', async (way) => {
    const { transport, listen } = way
    const open = () => scraper.value('gateway_streams_open', { transport })
    const changes = await changesBy(async () => {
      const { next, leave } = await listen()
      feed.publish(2)
      await next()
      await next()
      expect(await open()).toBe(1)
      await leave()
      while ((await open()) === 1);
    })
    const ended = 'reason="left",transport="'
    expect(changes).toMatchObject({
      [`gateway_streams_started_total{transport="${transport}"}`]: 1,
      [`gateway_streams_ended_total{${ended}${transport}"}`]: 1,
      [`gateway_stream_messages_sent_total{transport="${transport}"}`]: expect.any(Number),
      [total('subscription', 'ok', transport)]: 1,
    })
  })
})

describe('what the gateway is supplied with', () => {
  const aBump = (secondsAgo: number): EpochBump => ({
    subject: 'session:ses_1',
    epoch: 1,
    bumpedAt: new Date(clock.now().getTime() - secondsAgo * 1_000).toISOString(),
  })

  test('revocations: how long they took to hold here, once all sources have answered', async () => {
    const changes = await changesBy(async () => {
      epochs.bump(aBump(600))
      epochs.ready = true
      epochs.bump(aBump(2))
    })
    expect(changes['gateway_revocation_lag_seconds_count{}']).toBe(1)
    expect(changes['gateway_revocation_lag_seconds_sum{}']).toBe(2)
    expect(await scraper.value('gateway_revocations_age_seconds')).toBe(4)
  })

  test('supergraphs: those taken, those refused, and when', async () => {
    const changes = await changesBy(async () => {
      supergraph.change('nonsense')
      supergraph.change(sdl)
      await tester.gateway.supergraphSettled()
    })
    expect(changes).toMatchObject({
      'gateway_supergraph_updates_total{outcome="taken"}': 1,
      'gateway_supergraph_updates_total{outcome="refused"}': 1,
    })
    const takenAt = (await scraper.value('gateway_supergraph_taken_timestamp_seconds')) ?? 0
    expect(Math.abs(Date.now() / 1000 - takenAt)).toBeLessThan(5)
  })
})

describe('a gateway with limits', () => {
  let limited: GatewayTester<'identity'>
  let ofLimited: Scraper

  beforeAll(async () => {
    ofLimited = await startScraper()
    limited = await createGatewayTester({
      definitions: { identity },
      metrics: ofLimited.metrics,
      trustedProxies: ['127.0.0.1'],
      rateLimiter: createRateLimiter({
        store: memoryStore(),
        limits: { network: { units: 60, seconds: 60 }, user: { units: 10, seconds: 60 } },
      }),
    })
  })
  afterAll(async () => {
    await limited.close()
    await ofLimited.close()
  })

  test('counts refusals by the budget that refuses', async () => {
    const token = limited.tokenOfAnother()
    const headers = { 'x-forwarded-for': '198.51.100.7' }
    await limited.ask('{ users { id } }', { token, headers })
    await limited.ask('{ users { id } }', { token, headers })
    for (let at = 0; at < 61; at += 1) await fetch(`${limited.url}/`, { headers })
    const refusals = (budget: string) =>
      ofLimited.value('gateway_rate_limit_refusals_total', { budget })
    expect(await refusals('user')).toBe(1)
    expect(await refusals('network')).toBe(3)
    const ofOperations = { type: 'query', outcome: 'RATE_LIMITED', transport: 'http' }
    expect(await ofLimited.value('gateway_operations_total', ofOperations)).toBe(1)
    const ofRequests = { code: 'RATE_LIMITED' }
    expect(await ofLimited.value('gateway_requests_refused_total', ofRequests)).toBe(3)
  })

  test('tells of a subgraph that is left in peace', async () => {
    const circuit = (state: string) =>
      ofLimited.value('gateway_subgraph_circuit', { subgraph: 'identity', state })
    expect([await circuit('closed'), await circuit('open')]).toEqual([1, 0])
    limited.subgraphs.identity.misbehave((_, response) => response.writeHead(500).end())
    await Promise.all(
      Array.from({ length: 25 }, (_, at) => limited.ask(`{ a${at}: users { id } }`)),
    )
    expect([await circuit('closed'), await circuit('open')]).toEqual([0, 1])
  })
})

describe('the endpoint', () => {
  test('tells of Node as well', async () => {
    expect(await scraper.value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0)
    expect(await scraper.value('nodejs_heap_size_used_bytes')).toBeGreaterThan(0)
  })

  test('is nowhere at the public port', async () => {
    expect((await fetch(`${tester.url}/metrics`)).status).toBe(404)
  })
})
