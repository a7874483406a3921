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
