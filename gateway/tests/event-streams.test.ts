import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createFeed, type Feed } from './support/feed.ts'
import { createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { listenBySse, type SseClient } from './support/sse-client.ts'
import { identity } from './support/story-subgraphs.ts'

let feed: Feed
let tester: GatewayTester<'feed' | 'identity'>
const clients: SseClient[] = []

beforeEach(async () => {
  feed = createFeed()
  tester = await createGatewayTester({ definitions: { feed: feed.definition, identity } })
})
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
  await tester.close()
})

async function listen(...[query, options]: [string, Parameters<typeof listenBySse>[2]?]) {
  const client = await listenBySse(tester.url, query, options)
  clients.push(client)
  return client
}

const SEQ = 'subscription { happened { seq } }'

describe('a subscription over SSE', () => {
  test('is a stream of results, each with the cursor to go on after as its id', async () => {
    const client = await listen(SEQ)
    expect(client.status).toBe(200)
    expect(client.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(client.headers.get('cache-control')).toBe('no-store')
    await feed.open(1)
    feed.publish(2)
    expect(await client.next()).toEqual({
      id: 'c1',
      event: 'next',
      data: '{"data":{"happened":{"seq":1}}}',
    })
    expect(await client.next()).toMatchObject({ id: 'c2' })
  })

  test('goes on after the last event id, and has the rest from other subgraphs', async () => {
    feed.publish(5)
    const client = await listen('subscription { happened { seq user { name } } }', {
      headers: { 'last-event-id': 'c3' },
    })
    expect((await client.result()).data).toEqual({ happened: { seq: 4, user: { name: 'Bob' } } })
    expect((await client.result()).data).toEqual({ happened: { seq: 5, user: { name: 'Ada' } } })
  })

  test('ends at the subgraph when the client leaves', async () => {
    const client = await listen(SEQ)
    await feed.open(1)
    await client.close()
    await feed.open(0)
  })
})

describe('what is no stream, asked for as one', () => {
  const COMPLETE = { event: 'complete', data: '' }

  test.each([
    ['a query', '{ version }', { data: { version: '1' } }],
    [
      'a mutation that is refused',
      'mutation { touch }',
      { data: { touch: null }, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    ],
    [
      'a document that does not parse',
      'subscription {',
      { errors: [{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }] },
    ],
    [
      'a document that does not fit',
      'subscription { unknown }',
      { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
    ],
    [
      'variables that do not fit',
      'subscription($after: String!) { happened(after: $after) { seq } }',
      { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
    ],
    [
      'a subscription that is refused',
      'subscription { secret { seq } }',
      { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    ],
    [
      'a subscription that its subgraph refuses',
      'subscription { refused { seq } }',
      { errors: [{ extensions: { code: 'CURSOR_EXPIRED', oldestCursor: 'c5' } }] },
    ],
  ])('%s is one result and the end', async (_, query, result) => {
    const client = await listen(query)
    expect(client.status).toBe(200)
    expect(await client.result()).toMatchObject(result)
    expect(await client.next()).toMatchObject(COMPLETE)
    expect(await client.next()).toBeNull()
  })

  test('a query is answered as JSON to who takes that too', async () => {
    const accept = 'application/graphql-response+json, application/json, text/event-stream'
    const client = await listen('{ version }', { headers: { accept } })
    expect(client.headers.get('content-type')).toContain('application/graphql-response+json')
    const stream = await listen(SEQ, { headers: { accept } })
    expect(stream.headers.get('content-type')).toContain('text/event-stream')
  })

  test.each<[string, number, Parameters<typeof listenBySse>[2]]>([
    ['a token that does not hold', 401, { token: 'x.y.z' }],
    ['a request that a page could send without asking', 400, { method: 'GET' }],
    ['variables that are no object', 400, { variables: 'x' as never }],
    ['an event id that is too long', 400, { headers: { 'last-event-id': 'c'.repeat(1_001) } }],
  ])('%s is an HTTP status: %i', async (_, status, options) => {
    const client = await listen(SEQ, options)
    expect(client.status).toBe(status)
    expect(JSON.parse(await client.text())).toHaveProperty('errors')
  })

  test('a subgraph that cannot be reached is an HTTP status', async () => {
    tester.subgraphs.feed.misbehave((_, response) => response.destroy())
    const client = await listen(SEQ)
    expect(client.status).toBe(503)
    expect(JSON.parse(await client.text())).toMatchObject({
      errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
    })
  })
})

describe('by GET', () => {
  const headers = { 'apollo-require-preflight': '1' }

  test('a subscription is a stream', async () => {
    feed.publish(2)
    const query = 'subscription($after: String) { happened(after: $after) { seq } }'
    const client = await listen(query, { method: 'GET', headers, variables: { after: 'c1' } })
    expect((await client.result()).data).toEqual({ happened: { seq: 2 } })
  })

  test('a mutation is refused, whoever asks', async () => {
    const token = tester.tokenWith('feed:things.update')
    const client = await listen('mutation { touch }', { method: 'GET', headers, token })
    expect(client.status).toBe(405)
    expect(client.headers.get('allow')).toBe('POST')
  })
})

test('who does not ask for events is told how', async () => {
  const { status, body } = await tester.ask(SEQ)
  expect(status).toBe(400)
  expect(body.errors?.[0]?.message).toContain('text/event-stream')
})

test('a stream with nothing to tell shows that it is alive', async () => {
  await tester.close()
  feed = createFeed()
  const definitions = { feed: feed.definition, identity }
  tester = await createGatewayTester({ definitions, mode: 'in-process', streams: { pingMs: 10 } })
  const client = await listen(SEQ)
  const coming = client.next()
  while (client.comments.length < 3) await new Promise(setImmediate)
  feed.publish()
  expect(await coming).toMatchObject({ id: 'c1' })
})
