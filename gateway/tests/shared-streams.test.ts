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
  tester = await createGatewayTester({
    definitions: { feed: feed.definition, identity },
    policies: { insider: ({ principal }) => String(principal?.userId) !== OTHER_USER },
  })
})
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
  await tester.close()
})

const WORKSPACE = 'subscription($after: String) { ofWorkspace(after: $after) { seq } }'
const USER = 'subscription { ofUser { seq } }'
const OTHER_USER = 'usr_01jz8x3v5qf8ktwz4mxnr2p7ab'
const OTHER_WORKSPACE = 'wks_01jz8x3v5qf8ktwz4mxnr2p7ab'

const token = (claims: Record<string, unknown> = {}) =>
  tester.forge.sign(tester.forge.claims({ scope: 'feed:events.read', ...claims }))

async function listen(query: string, ...claims: Record<string, unknown>[]) {
  const listening = claims.map((own) => listenBySse(tester.url, query, { token: token(own) }))
  const opened = await Promise.all(listening)
  clients.push(...opened)
  return opened
}

/** The numbers of the next events. */
async function seqs(client: SseClient, count: number): Promise<number[]> {
  const numbers: number[] = []
  while (numbers.length < count) {
    const { data } = await client.result()
    const [happening] = Object.values(data ?? {}) as { seq: number }[]
    numbers.push(happening?.seq ?? -1)
  }
  return numbers
}

const upTo = (last: number) => Array.from({ length: last }, (_, at) => at + 1)

describe('listeners of one workspace with equal permissions', () => {
  test('come to share one source, and each is told everything once', async () => {
    const listening = await listen(WORKSPACE, {}, {}, {}, { sub: OTHER_USER })
    await feed.open(4)
    feed.publish()
    for (const client of listening) expect(await seqs(client, 1)).toEqual([1])
    // The first to be idle opens the source for all; they are found at its very position.
    await feed.open(1)
    feed.publish(20)
    for (const client of listening) expect(await seqs(client, 20)).toEqual(upTo(21).slice(1))
  })

  test('read their own backlog before, however far back they begin', async () => {
    feed.publish(500)
    const [one, two] = await listen(WORKSPACE, {}, {})
    await feed.open(2)
    feed.publish()
    if (one && two) await Promise.all([seqs(one, 1), seqs(two, 1)])
    await feed.open(1)
    const late = await listenBySse(tester.url, WORKSPACE, {
      token: token(),
      variables: { after: 'c0' },
    })
    clients.push(late)
    expect(await seqs(late, 501)).toEqual(upTo(501))
    await feed.open(1)
    feed.publish(3)
    expect(await seqs(late, 3)).toEqual([502, 503, 504])
  })

  test('go on with another of them in its place when the one leaves in whose name it is', async () => {
    const listening = await listen(WORKSPACE, {}, {}, {})
    await feed.open(3)
    feed.publish()
    for (const client of listening) await seqs(client, 1)
    await feed.open(1)
    for (const client of listening.slice(0, 2)) {
      await client.close()
      feed.publish(2)
    }
    const last = listening.at(2)
    expect(last && (await seqs(last, 4))).toEqual([2, 3, 4, 5])
    await last?.close()
    await feed.open(0)
  })

  test('get what was being fetched for all when the one leaves in whose name it is', async () => {
    const query = 'subscription { ofWorkspace(after: "c0") { seq user { name } } }'
    feed.publish()
    const [stays] = await listen(query, {})
    expect(stays && (await seqs(stays, 1))).toEqual([1])
    // Who is idle while another is there opens the source for both.
    const [leaves] = await listen(query, {})
    expect(leaves && (await seqs(leaves, 1))).toEqual([1])
    await feed.open(1)
    const asked = Promise.withResolvers<{ end(text: string): void }>()
    tester.subgraphs.identity.misbehave((_, response) => asked.resolve(response))
    feed.publish()
    const answer = await asked.promise
    await leaves?.close()
    const hasLeft = () => tester.log.some(({ msg }) => msg === 'stream ended')
    while (!hasLeft()) await new Promise(setImmediate)
    answer.end('{"data":{"_entities":[{"__typename":"User","name":"Bob"}]}}')
    expect(await stays?.result()).toEqual({
      data: { ofWorkspace: { seq: 2, user: { name: 'Bob' } } },
    })
  })

  test('each go on by themselves where the shared source fails for good', async () => {
    const listening = await listen(WORKSPACE, {}, {})
    await feed.open(2)
    feed.publish()
    for (const client of listening) await seqs(client, 1)
    await feed.open(1)
    feed.fail('RESUME_REQUIRED')
    feed.publish(5)
    for (const client of listening) expect(await seqs(client, 5)).toEqual([2, 3, 4, 5, 6])
  })
})

describe('a source is never shared', () => {
  test.each([
    ['two workspaces', WORKSPACE, { tid: OTHER_WORKSPACE }],
    ['different permissions', WORKSPACE, { scope: 'feed:events.read feed:things.update' }],
    ['different services', WORKSPACE, { services: ['media'] }],
    ['two users where it depends on the user', USER, { sub: OTHER_USER }],
    [
      'two users where other subgraphs add to it',
      'subscription { ofWorkspace { seq user { name } } }',
      { sub: OTHER_USER },
    ],
    ['anybody where nobody said that it may be', 'subscription { secret { seq } }', {}],
    [
      'two users of whom a policy grants to one',
      'subscription { ofWorkspace { seq hint } }',
      { sub: OTHER_USER },
    ],
    ['an impersonator and who is impersonated', WORKSPACE, { act: { sub: OTHER_USER } }],
  ])('by %s', async (_, query, claims) => {
    const [one, other] = await listen(query, {}, claims)
    await feed.open(2)
    feed.publish()
    if (one && other) await Promise.all([seqs(one, 1), seqs(other, 1)])
    // Longer than it takes for a source to count as idle, twice over.
    await new Promise((resolve) => setTimeout(resolve, 250))
    await feed.open(2)
    expect(feed.opened).toHaveLength(2)
  })

  test('by two operations of which the same is left', async () => {
    const claims = { sub: OTHER_USER, services: [] }
    const [hint] = await listen('subscription { ofWorkspace { seq hint } }', claims)
    const [prize] = await listen('subscription { ofWorkspace { seq prize } }', claims)
    await feed.open(2)
    for (const seq of [1, 2]) {
      feed.publish()
      expect(await hint?.result()).toMatchObject({ data: { ofWorkspace: { seq, hint: null } } })
      expect(await prize?.result()).toMatchObject({ data: { ofWorkspace: { seq, prize: null } } })
      // Longer than it takes for a source to count as idle, twice over.
      await new Promise((resolve) => setTimeout(resolve, 250))
      expect(feed.opened).toHaveLength(2)
    }
  })

  test('by three principals of one workspace with permissions of their own, who are told what is theirs', async () => {
    const query = 'subscription { ofWorkspace { seq note } }'
    const all = await listen(
      query,
      {},
      { scope: 'a:b.read feed:events.read' },
      { scope: 'a:b.read' },
    )
    const [one, two, stranger] = all
    await feed.open(2)
    feed.publish()
    expect(one && (await seqs(one, 1))).toEqual([1])
    expect(two && (await seqs(two, 1))).toEqual([1])
    expect((await stranger?.result())?.errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ])
    expect(feed.opened).toHaveLength(2)
  })
})
