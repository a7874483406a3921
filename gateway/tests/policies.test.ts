import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createLogger } from '@logicspike/telemetry'
import { type Policies, type PolicyContext, policyAsker } from '../src/authorization/policies.ts'
import { authorizedSchema } from './support/authorized-execution.ts'
import { createFeed, type Feed } from './support/feed.ts'
import { codes, createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { listenBySse } from './support/sse-client.ts'

describe('@policy', () => {
  const ask = authorizedSchema(
    {
      one: `
        type Query {
          either: Int @policy(policies: [["a", "b"], ["c"]])
          mixed: Int @policy(policies: [["a"]]) @requiresScopes(scopes: [["x:y.read"]]) @entitled(service: "blog")
          vault: Vault @public
        }
        type Vault @policy(policies: [["a"]]) { code: Int }
      `,
    },
    { either: 1, mixed: 2, vault: { code: 3 } },
  )

  test.each([
    [['a', 'b'], []],
    [['c'], []],
    [['a'], ['either: FORBIDDEN']],
    [['b'], ['either: FORBIDDEN']],
    [[], ['either: FORBIDDEN']],
  ])('is met by all policies of one of its lists: %j', (policies, errors) => {
    expect(ask('{ either }', { policies, as: [] }).errors).toEqual(errors)
    // Policies decide by more than who is signed in.
    expect(ask('{ either }', { policies }).errors).toEqual(errors)
  })

  test('tells which policies would do', () => {
    expect(ask('{ either }', { as: [] })).toMatchObject({
      policies: [[['a', 'b'], ['c']]],
      scopes: [undefined],
    })
  })

  test('is asked for beside permissions and services, and told before the latter', () => {
    const services = ['blog']
    const as = ['x:y.read']
    expect(ask('{ mixed }', { policies: ['a'], as, services }).errors).toEqual([])
    expect(ask('{ mixed }', { as })).toMatchObject({
      errors: ['mixed: FORBIDDEN'],
      policies: [[['a']]],
      scopes: [[['x:y.read']]],
    })
    expect(ask('{ mixed }', { policies: ['a'], as }).errors).toEqual([
      'mixed: ENTITLEMENT_REQUIRED',
    ])
    expect(ask('{ mixed }', { policies: ['a'] }).errors).toEqual(['mixed: UNAUTHENTICATED'])
  })

  test('on a type guards every field that returns it', () => {
    expect(ask('{ vault { code } }', { as: [] }).errors).toEqual(['vault: FORBIDDEN'])
    expect(ask('{ vault { code } }', { policies: ['a'] }).data).toEqual({ vault: { code: 3 } })
  })
})

test('a policy that does not answer in time has denied, whatever the others say', async () => {
  const lines: string[] = []
  const log = createLogger({ name: 'test' }, { write: (line: string) => lines.push(line) })
  const ask = policyAsker({ slow: () => new Promise(() => undefined), quick: () => true }, log, 20)
  const somebody = {
    principal: null,
    requestId: 'r',
    clientIp: '::1',
    userAgent: null,
    origin: null,
  }
  expect([...(await ask(['slow', 'quick'], somebody))]).toEqual(['quick'])
  expect(lines.map((line) => JSON.parse(line).policy)).toEqual(['slow'])
})

describe('policies of a gateway', () => {
  let asked: { name: string; context: PolicyContext }[] = []
  let answers: Record<string, () => boolean | Promise<boolean>> = {}
  const named = (name: string) => (context: PolicyContext) => {
    asked.push({ name, context })
    return answers[name]?.() ?? true
  }
  const policies: Policies = {
    insider: ({ principal, userAgent }) =>
      principal?.permissions.has('insider:all.read') ?? userAgent === 'friend',
    one: named('one'),
    two: named('two'),
  }
  let feed: Feed
  let tester: GatewayTester<'feed' | 'vault'>
  beforeAll(async () => {
    feed = createFeed()
    const vault = {
      sdl: `
        type Query {
          open: Int @public
          code: Int @policy(policies: [["one"], ["two"]])
          door: Int @policy(policies: [["one"]])
          lost: Int @policy(policies: [["nobody-provides"]])
          sly: Int @policy(policies: [["toString"]])
          inside: Int @policy(policies: [["insider"]])
        }`,
      resolvers: {
        Query: {
          open: () => 1,
          code: () => 2,
          door: () => 3,
          lost: () => 4,
          sly: () => 5,
          inside: () => 6,
        },
      },
    }
    tester = await createGatewayTester({
      definitions: { feed: feed.definition, vault },
      policies,
      sharing: 'inbound',
    })
  })
  beforeEach(() => {
    asked = []
    answers = {}
    tester.subgraphs.vault.received.length = 0
  })
  afterAll(() => tester.close())

  test('are asked once per request, all at once, and only those that the operation names', async () => {
    const gate = Promise.withResolvers<boolean>()
    answers = { one: () => gate.promise, two: () => true }
    const query = '{ open code a: code door ...F } fragment F on Query { b: code }'
    const answered = tester.ask(query, { token: tester.tokenWith('a:b.read') })
    while (asked.length < 2) await new Promise(setImmediate)
    gate.resolve(true)
    expect((await answered).body).toEqual({ data: { open: 1, code: 2, a: 2, door: 3, b: 2 } })
    expect(asked.map(({ name }) => name)).toEqual(['one', 'two'])
    asked = []
    await tester.ask('{ open }')
    expect(asked).toEqual([])
  })

  test('see who asks and from where, and neither tokens nor cookies', async () => {
    await tester.ask('{ door }', {
      token: tester.tokenWith('a:b.read'),
      headers: {
        'x-request-id': 'req_test_0000000000',
        'user-agent': 'probe',
        cookie: '__Host-ls_x=1',
      },
    })
    const [{ context } = { context: null }] = asked
    expect(Object.keys(context ?? {}).sort()).toEqual([
      'clientIp',
      'origin',
      'principal',
      'requestId',
      'userAgent',
    ])
    expect(context).toMatchObject({ clientIp: '127.0.0.1', userAgent: 'probe' })
    expect([...(context?.principal?.permissions ?? [])]).toEqual(['a:b.read'])
  })

  test('that deny have the field removed before any subgraph is asked', async () => {
    answers = { one: () => false }
    const answer = await tester.ask('{ open door }')
    expect(answer.body.data).toEqual({ open: 1, door: null })
    expect(codes(answer)).toEqual(['door: FORBIDDEN'])
    expect(answer.body.errors?.[0]?.extensions.requiredPolicies).toEqual([['one']])
    expect(tester.subgraphs.vault.received.map(({ query }) => query).join()).not.toContain('door')
  })

  test('decide for one request: what they granted before counts for nothing', async () => {
    for (const isGranted of [true, false, true, false]) {
      answers = { one: () => isGranted }
      const { body } = await tester.ask('{ door }')
      expect(body.data).toEqual({ door: isGranted ? 3 : null })
    }
  })

  test.each<[string, () => boolean | Promise<boolean>]>([
    [
      'throw',
      () => {
        throw new Error('database gone')
      },
    ],
    ['reject', () => Promise.reject(new Error('database gone'))],
    ['answer with something else than true', () => 'yes' as unknown as boolean],
  ])('that %s have denied, and others are asked all the same', async (_, answer) => {
    answers = { one: answer }
    expect((await tester.ask('{ code door }')).body.data).toEqual({ code: 2, door: null })
  })

  test('that fail are logged when they begin to, not for every request', async () => {
    const lines = () => tester.log.filter(({ msg }) => msg === 'a policy does not answer')
    await tester.ask('{ door }')
    const before = lines().length
    answers = { one: () => Promise.reject(new Error('database gone')) }
    await tester.ask('{ door }')
    await tester.ask('{ door }')
    expect(lines().slice(before)).toEqual([expect.objectContaining({ policy: 'one' })])
  })

  test('that nobody provides are denied, and told of when the supergraph is loaded', async () => {
    expect(
      codes(await tester.ask('{ lost sly }', { token: tester.tokenWith('a:b.read') })),
    ).toEqual(['lost: FORBIDDEN', 'sly: FORBIDDEN'])
    const told = tester.log.filter(({ policies }) => policies !== undefined)
    expect(told).toEqual([
      expect.objectContaining({
        level: expect.anything(),
        policies: ['nobody-provides', 'toString'],
      }),
    ])
  })

  test('of equal requests in flight share nothing where they were decided differently', async () => {
    const gate = Promise.withResolvers<void>()
    const reached = Promise.withResolvers<void>()
    tester.subgraphs.vault.misbehave((_, response) => {
      reached.resolve()
      void gate.promise.then(() => response.end('{"data":{"door":3}}'))
    })
    const granted = tester.ask('{ door }')
    await reached.promise
    answers = { one: () => false }
    const denied = await tester.ask('{ door }')
    gate.resolve()
    expect(denied.body.data).toEqual({ door: null })
    expect((await granted).body.data).toEqual({ door: 3 })
    tester.subgraphs.vault.misbehave(null)
  })

  describe('and streams', () => {
    test('are asked when one is opened, which is refused where they deny', async () => {
      const query = 'subscription { insiders { seq } }'
      await using refused = await listenBySse(tester.url, query)
      expect((await refused.result()).errors).toMatchObject([
        { extensions: { code: 'FORBIDDEN', requiredPolicies: [['insider']] } },
      ])
      expect(feed.opened).toEqual([])
      await using friend = await listenBySse(tester.url, query, {
        headers: { 'user-agent': 'friend' },
      })
      await feed.open(1)
      feed.publish()
      expect(await friend.result()).toEqual({ data: { insiders: { seq: 1 } } })
    })
  })
})
