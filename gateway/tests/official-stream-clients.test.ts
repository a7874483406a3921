import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createSocketClient } from 'graphql-ws'
import WebSocket from 'ws'
import { createFeed, type Feed } from './support/feed.ts'
import { clock, createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { identity } from './support/story-subgraphs.ts'

let feed: Feed
let tester: GatewayTester<'feed' | 'identity'>

beforeEach(async () => {
  feed = createFeed()
  tester = await createGatewayTester({
    definitions: { feed: feed.definition, identity },
    clock,
    streams: { sweepMs: 5 },
  })
})
afterEach(() => tester.close())

type Mine = { mine: { seq: number; cursor: string } }
const QUERY = 'subscription($after: String) { mine(after: $after) { seq cursor } }'

/** What an application does: it remembers the cursor of what it has dealt with. */
function listener() {
  const payload = { query: QUERY, variables: { after: 'c0' } }
  const seqs: number[] = []
  let wake: () => void = () => undefined
  return {
    payload,
    seqs,
    next({ data }: { data?: unknown }) {
      const { seq, cursor } = (data as Mine).mine
      seqs.push(seq)
      payload.variables.after = cursor
      wake()
    },
    async has(count: number) {
      while (seqs.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}

async function throughExpiringTokens(received: ReturnType<typeof listener>) {
  for (const round of [1, 2, 3]) {
    feed.publish(10)
    await received.has(round * 20 - 10)
    clock.advance(400)
    feed.publish(10)
    await received.has(round * 20)
  }
  expect(received.seqs).toEqual(Array.from({ length: 60 }, (_, at) => at + 1))
}

describe('through tokens that expire, nothing is lost and nothing comes twice', () => {
  test('by graphql-ws', async () => {
    const client = createSocketClient({
      url: `${tester.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: () => ({ accessToken: tester.tokenWith() }),
      retryWait: async () => undefined,
    })
    const received = listener()
    const failed = new Promise<never>((_, reject) => {
      client.subscribe(received.payload, {
        next: received.next,
        error: reject,
        complete: () => undefined,
      })
    })
    await Promise.race([failed, throughExpiringTokens(received)])
    await client.dispose()
  })

  test('by graphql-sse', async () => {
    const client = createSseClient({
      url: `${tester.url}/graphql`,
      headers: () => ({ authorization: `Bearer ${tester.tokenWith()}` }),
      retry: async () => undefined,
    })
    const received = listener()
    const failed = new Promise<never>((_, reject) => {
      client.subscribe(received.payload, {
        next: received.next,
        error: reject,
        complete: () => undefined,
      })
    })
    await Promise.race([failed, throughExpiringTokens(received)])
    client.dispose()
  })
})
