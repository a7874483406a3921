import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createFeed } from './support/feed.ts'
import {
  type AskOptions,
  createGatewayTester,
  type GatewayTester,
  type GatewayTesterOptions,
} from './support/gateway-tester.ts'
import { openSocket } from './support/socket-client.ts'
import { listenBySse } from './support/sse-client.ts'
import { identity } from './support/story-subgraphs.ts'
import {
  type ReceivedSpan,
  startTraceReceiver,
  type TraceReceiver,
} from './support/trace-receiver.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'
const traceparent = `00-${TRACE}-${SPAN}-01`
const tracestate = 'rojo=00f067aa0ba902b7'
const incoming = { traceparent, tracestate, baggage: 'user=ann' }
/** What makes a request one that came by a proxy, where the other end is believed to be one. */
const proxied = { ...incoming, 'x-forwarded-for': '198.51.100.7' }

type Name = 'feed' | 'identity'
type Tester = GatewayTester<Name>
type Options = Omit<GatewayTesterOptions<Name>, 'definitions' | 'tracer'>

const feed = createFeed()
const definitions = { feed: feed.definition, identity }

let receiver: TraceReceiver
/** Over HTTP; it believes the proxies that the tests are. */
let tester: Tester
/** With subgraphs in its process; it believes nobody, which is what it does unless told otherwise. */
let closed: Tester

beforeAll(async () => {
  receiver = await startTraceReceiver()
  const start = (options: Options) =>
    createGatewayTester({ definitions, tracer: receiver.tracer, ...options })
  const trustedProxies = ['127.0.0.1']
  ;[tester, closed] = await Promise.all([
    start({ mode: 'http', trustedProxies, traceTrust: 'proxies' }),
    start({ mode: 'in-process', trustedProxies }),
  ])
})
afterAll(async () => {
  await Promise.all([tester.close(), closed.close()])
  await receiver.close()
})
beforeEach(() => {
  for (const { subgraphs, log } of [tester, closed]) {
    log.length = 0
    subgraphs.feed.received.length = 0
    subgraphs.identity.received.length = 0
  }
})

async function traceOf(gateway: Tester, query: string, options: AskOptions = {}) {
  const { headers } = await gateway.ask(query, options)
  return receiver.ofRequest(headers.get('x-request-id'))
}

function named(spans: readonly ReceivedSpan[], name: string): ReceivedSpan {
  const span = spans.find((it) => it.name === name)
  if (!span) throw new Error(`no span ${name} among ${spans.map((it) => it.name)}`)
  return span
}

const sentTo = ({ subgraphs }: Tester, name: Name) => subgraphs[name].received[0]?.headers

test.each([
  ['HTTP', () => tester, { 'http.response.status_code': 200 }],
  ['calls in the process', () => closed, {}],
] as const)(
  'an operation is a span with its stages and fetches below it, by %s',
  async (_, of, more) => {
    const gateway = of()
    const spans = await traceOf(gateway, 'query People { users { name } version }')
    const operation = named(spans, 'query')
    expect(operation.parentSpanId).toBeUndefined()
    expect(operation.attributes).toEqual({
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'People',
      'graphql.document.hash': expect.stringMatching(/^[0-9a-f]{64}$/),
      'request.id': expect.stringMatching(/^req_/),
      outcome: 'ok',
      transport: 'http',
    })
    const below = (parent: ReceivedSpan) =>
      spans.filter(({ parentSpanId }) => parentSpanId === parent.spanId).map(({ name }) => name)
    const stages = ['identify', 'parse', 'admit', 'authorize', 'plan', 'execute', 'respond']
    expect(below(operation)).toEqual(stages)
    expect(below(named(spans, 'execute')).sort()).toEqual(['fetch feed', 'fetch identity'])

    const fetched = named(spans, 'fetch identity')
    expect(sentTo(gateway, 'identity')?.traceparent).toBe(
      `00-${operation.traceId}-${fetched.spanId}-01`,
    )
    expect(fetched.attributes).toEqual({
      ...{ subgraph: 'identity', outcome: 'ok', retried: false, shared: false },
      ...more,
    })
    expect(gateway.log.find(({ msg }) => msg === 'operation')?.traceId).toBe(operation.traceId)
    expect([...receiver.services]).toEqual(['gateway'])
  },
)

describe('a fetch', () => {
  test('that fails says how, and whether it was tried again', async () => {
    const { feed: subgraph } = tester.subgraphs
    subgraph.misbehave((request) => request.socket.destroy())
    const broken = named(await traceOf(tester, '{ version }'), 'fetch feed')
    subgraph.misbehave((_, response) => response.writeHead(502).end())
    const refused = named(await traceOf(tester, '{ version }'), 'fetch feed')
    subgraph.misbehave(null)
    expect(broken).toMatchObject({
      attributes: { outcome: 'unavailable', retried: true },
      status: { code: 2 },
    })
    expect(refused).toMatchObject({
      attributes: { outcome: 'unavailable', retried: false, 'http.response.status_code': 502 },
      status: { code: 2 },
    })
  })

  test('that is shared is a span of each operation, and made for one', async () => {
    const gate = Promise.withResolvers<void>()
    tester.subgraphs.feed.misbehave((_, response) => {
      void gate.promise.then(() => response.end('{"data":{"version":"1"}}'))
    })
    const first = traceOf(tester, '{ version }')
    while (tester.subgraphs.feed.received.length === 0) await new Promise(setImmediate)
    const second = traceOf(tester, '{ version }')
    // The second has joined by then: its own fetch would have to be asked for before this one.
    const later = tester.ask('{ a: version }')
    while (tester.subgraphs.feed.received.length < 2) await new Promise(setImmediate)
    gate.resolve()
    const spans = await Promise.all([first, second])
    await later
    tester.subgraphs.feed.misbehave(null)
    expect(spans.map((of) => named(of, 'fetch feed').attributes.shared)).toEqual([false, true])
  })
})

describe('a context that a stranger sends', () => {
  test.each([
    ['past the proxies', () => tester, incoming],
    ['to a gateway that believes nobody', () => closed, proxied],
  ] as const)('%s is linked to and goes no further', async (_, of, headers) => {
    const operation = named(await traceOf(of(), '{ version }', { headers }), 'query')
    expect(operation.traceId).not.toBe(TRACE)
    expect(operation.parentSpanId).toBeUndefined()
    expect(operation.links).toEqual([expect.objectContaining({ traceId: TRACE, spanId: SPAN })])
    const sent = sentTo(of(), 'feed')
    expect(sent?.traceparent).toContain(operation.traceId)
    expect(sent).not.toHaveProperty('tracestate')
    expect(sent).not.toHaveProperty('baggage')
  })

  test('has nothing recorded that the sampler would not, even through proxies of others', async () => {
    process.env.OTEL_TRACES_SAMPLER = 'parentbased_always_off'
    const silent = await startTraceReceiver()
    delete process.env.OTEL_TRACES_SAMPLER
    const { tracer } = silent
    const options = { traceTrust: 'proxies', trustedProxies: ['10.0.0.0/8'] } as const
    const sampled = await createGatewayTester({ definitions, tracer, ...options })
    await sampled.ask('{ version }', { headers: proxied })
    const sent = sentTo(sampled, 'feed')
    await sampled.close()
    await silent.close()
    expect(silent.spans).toEqual([])
    expect(sent?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
    expect(sent?.traceparent).not.toContain(TRACE)
  })
})

test('a context that a trusted proxy writes is gone on from, with its state and without its baggage', async () => {
  const spans = await traceOf(tester, '{ version }', { headers: proxied })
  expect(named(spans, 'query')).toMatchObject({ traceId: TRACE, parentSpanId: SPAN, links: [] })
  const sent = sentTo(tester, 'feed')
  expect(sent).toMatchObject({ tracestate })
  expect(sent?.traceparent).toContain(`00-${TRACE}-`)
  expect(sent).not.toHaveProperty('baggage')
})

test('a stream is a span until it is over, and its messages make none', async () => {
  const query = 'subscription Happened { happened(after: "c0") { seq } }'
  feed.publish(3)
  const stream = await listenBySse(tester.url, query)
  await stream.result()
  await stream.result()
  await stream.close()
  const [overSse] = await receiver.until('stream', 1)
  const socket = await openSocket(tester.url)
  await socket.init()
  socket.subscribe('1', query)
  await socket.next()
  socket.socket.terminate()
  await socket.closed
  const [, overSocket] = await receiver.until('stream', 2)
  expect(overSse?.attributes).toMatchObject({ transport: 'sse', reason: 'left' })
  expect(overSocket?.attributes).toMatchObject({ transport: 'websocket', reason: 'left' })
  const operations = await receiver.until('subscription', 2)
  for (const [at, span] of [overSse, overSocket].entries()) {
    expect(span?.parentSpanId).toBe(operations[at]?.spanId)
    const ofTrace = receiver.spans.filter(({ traceId }) => traceId === span?.traceId)
    expect(ofTrace.filter(({ name }) => name.startsWith('fetch'))).toEqual([])
  }
})

test('no span has a document, a variable or a token in it', async () => {
  const query = 'query($v: String!) { broken(code: $v) other: broken(code: "IN_THE_TEXT") }'
  const token = tester.tokenWith('a:b.read')
  const spans = await traceOf(tester, query, { variables: { v: 'IN_A_VARIABLE' }, token })
  expect(spans.length).toBeGreaterThan(5)
  expect(JSON.stringify(spans)).not.toMatch(/IN_THE_TEXT|IN_A_VARIABLE|eyJ|broken/)
})

describe('without a collector', () => {
  let alone: Tester
  beforeAll(async () => {
    alone = await createGatewayTester({ definitions, traceTrust: 'everybody' })
  })
  beforeEach(() => {
    alone.subgraphs.feed.received.length = 0
  })
  afterAll(() => alone.close())

  test('a trusted context is passed on as it is, and logged', async () => {
    await alone.ask('{ version }', { headers: incoming })
    expect(sentTo(alone, 'feed')).toMatchObject({ traceparent, tracestate })
    expect(alone.log.at(-1)).toMatchObject({ msg: 'operation', traceId: TRACE })
  })

  test.each([
    ['without one', {}],
    ['with one that is malformed', { traceparent: `${traceparent}-and-more`, tracestate }],
  ])('no trace is begun %s', async (_, headers) => {
    await alone.ask('{ version }', { headers })
    expect(sentTo(alone, 'feed')).not.toHaveProperty('traceparent')
    expect(sentTo(alone, 'feed')).not.toHaveProperty('tracestate')
    expect(alone.log.at(-1)).not.toHaveProperty('traceId')
  })
})
