import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { createGatewayTester, type GatewayTesterOptions } from './support/gateway-tester.ts'
import type { SubgraphDefinition } from './support/test-subgraph.ts'

/** A subgraph whose answers wait for the test. */
function gatedSubgraph() {
  const gate = Promise.withResolvers<void>()
  const begun: string[] = []
  let secret = 0
  const definition: SubgraphDefinition = {
    sdl: `
      type Query { whoami(of: String): String @public  number: Int @public }
      type Mutation { change: Int @public }
    `,
    resolvers: {
      Query: {
        whoami: async (_: unknown, { of }: { of?: string }, { headers }) => {
          begun.push(of ?? 'whoami')
          await gate.promise
          return `${headers['x-user-id'] ?? 'nobody'} of ${headers['x-tenant-id'] ?? 'nowhere'}`
        },
        number: async () => {
          const seen = secret
          begun.push('number')
          await gate.promise
          return seen
        },
      },
      Mutation: {
        change: () => {
          secret += 1
          return secret
        },
      },
    },
  }
  return { definition, begun, open: gate.resolve }
}

async function gatedGateway(options: Omit<GatewayTesterOptions<'slow'>, 'definitions'> = {}) {
  const { definition, ...gate } = gatedSubgraph()
  const tester = await createGatewayTester({ definitions: { slow: definition }, ...options })
  const reached = async (count: number) => {
    while (gate.begun.length < count) await pause(5)
  }
  /** Nobody, and callers who differ in one thing each: person, session, permissions. */
  const distinctTokens = (): (string | null)[] => {
    const { forge } = tester
    return [
      null,
      tester.tokenWith('a:b.read'),
      tester.tokenWith('a:b.write'),
      forge.sign(forge.claims({ sub: newId('user'), scope: 'a:b.read' })),
      forge.sign(forge.claims({ jti: newId('session'), scope: 'a:b.read' })),
    ]
  }
  return Object.assign(tester, gate, { reached, distinctTokens })
}

const WHO = '{ whoami }'
const fetchesOf = (tester: Awaited<ReturnType<typeof gatedGateway>>) =>
  tester.subgraphs.slow.received.length

describe.each(['fetches', 'inbound'] as const)('with sharing of %s', (sharing) => {
  test('equal queries in flight of one caller are one fetch', async () => {
    await using tester = await gatedGateway({ sharing })
    const answers = Array.from({ length: 5 }, () => tester.ask(WHO))
    await tester.reached(1)
    // Whether others come while it is under way shows only if they had the time to.
    await pause(100)
    tester.open()
    for (const { body } of await Promise.all(answers)) {
      expect(body).toEqual({ data: { whoami: 'nobody of nowhere' } })
    }
    expect(fetchesOf(tester)).toBe(1)
  })

  test('two principals never get one answer', async () => {
    await using tester = await gatedGateway({ sharing })
    const tokens = tester.distinctTokens()
    const answers = tokens.map((token) => tester.ask(WHO, { ...(token && { token }) }))
    await tester.reached(tokens.length)
    tester.open()
    await Promise.all(answers)
    expect(fetchesOf(tester)).toBe(tokens.length)
    const seen = tester.subgraphs.slow.received.map(({ headers }) => headers.authorization)
    expect(new Set(seen)).toEqual(
      new Set(tokens.map((token) => (token ? `Bearer ${token}` : undefined))),
    )
  })

  test('callers who differ in any header that subgraphs see do not share', async () => {
    await using tester = await gatedGateway({ sharing })
    const answers = [
      tester.ask(WHO, { headers: { 'user-agent': 'one' } }),
      tester.ask(WHO, { headers: { 'user-agent': 'two' } }),
    ]
    await tester.reached(2)
    tester.open()
    await Promise.all(answers)
    expect(fetchesOf(tester)).toBe(2)
  })

  test('queries with other variables are fetches of their own', async () => {
    await using tester = await gatedGateway({ sharing })
    const query = 'query ($of: String) { whoami(of: $of) }'
    const answers = ['a', 'b'].map((of) => tester.ask(query, { variables: { of } }))
    await tester.reached(2)
    tester.open()
    await Promise.all(answers)
    expect([...tester.begun].sort()).toEqual(['a', 'b'])
  })

  test('mutations are each done', async () => {
    await using tester = await gatedGateway({ sharing })
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => tester.ask('mutation { change }')),
    )
    const numbers = answers.map(({ body }) => body.data?.change as number)
    expect(numbers.sort()).toEqual([1, 2, 3, 4])
  })

  test('a query after a change is not answered from before it', async () => {
    await using tester = await gatedGateway({ sharing })
    const before = tester.ask('{ number }')
    await tester.reached(1)
    await tester.ask('mutation { change }')
    const after = tester.ask('{ number }')
    await tester.reached(2)
    tester.open()
    expect((await before).body.data).toEqual({ number: 0 })
    expect((await after).body.data).toEqual({ number: 1 })
  })

  test('one who leaves takes nothing from those who stay', async () => {
    await using tester = await gatedGateway({ sharing })
    const leaving = new AbortController()
    const left = fetch(`${tester.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'same' },
      body: JSON.stringify({ query: WHO }),
      signal: leaving.signal,
    })
    await tester.reached(1)
    const stays = tester.ask(WHO, { headers: { 'user-agent': 'same' } })
    await pause(100)
    leaving.abort()
    await expect(left).rejects.toThrow()
    tester.open()
    expect((await stays).body.data).toEqual({ whoami: 'nobody of nowhere' })
    expect(fetchesOf(tester)).toBe(1)
  })
})

describe('a query that comes while another is half answered', () => {
  const half = (gate: Promise<void>) => ({
    first: {
      sdl: 'type Query { thing: Thing @public } type Thing @key(fields: "id") { id: ID! }',
      resolvers: { Query: { thing: () => ({ id: 't1' }) } },
    },
    second: {
      sdl: 'type Thing @key(fields: "id") { id: ID! extra: String @public }',
      resolvers: { Thing: { extra: () => gate.then(() => 'more') } },
    },
  })

  test.each([
    ['fetches', 2],
    ['inbound', 1],
  ] as const)('begins anew with sharing of %s', async (sharing, asked) => {
    const gate = Promise.withResolvers<void>()
    await using tester = await createGatewayTester({ definitions: half(gate.promise), sharing })
    const { first, second } = tester.subgraphs
    const one = tester.ask('{ thing { extra } }')
    while (second.received.length === 0) await pause(5)
    const other = tester.ask('{ thing { extra } }')
    while (first.received.length < asked) await pause(5)
    await pause(100)
    gate.resolve()
    for (const { body } of [await one, await other]) {
      expect(body).toEqual({ data: { thing: { extra: 'more' } } })
    }
    // What it comes to ask that is still under way is asked once all the same.
    expect([first.received.length, second.received.length]).toEqual([asked, 1])
  })
})

test('with no sharing every request asks for itself', async () => {
  await using tester = await gatedGateway({ sharing: 'none' })
  const answers = Array.from({ length: 3 }, () => tester.ask(WHO))
  await tester.reached(3)
  tester.open()
  await Promise.all(answers)
  expect(fetchesOf(tester)).toBe(3)
})

test('a fetch that nobody waits for any more is aborted', async () => {
  await using tester = await gatedGateway()
  const closed = Promise.withResolvers<void>()
  tester.subgraphs.slow.misbehave((request) => request.socket.once('close', () => closed.resolve()))
  const leaving = new AbortController()
  const left = fetch(`${tester.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: WHO }),
    signal: leaving.signal,
  })
  while (fetchesOf(tester) === 0) await pause(5)
  leaving.abort()
  await expect(left).rejects.toThrow()
  await closed.promise
})
