import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { authorizedSchema } from './support/authorized-execution.ts'
import { createFeed, type Feed } from './support/feed.ts'
import { codes, createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { openSocket } from './support/socket-client.ts'
import { listenBySse } from './support/sse-client.ts'

describe('a field of a service', () => {
  const ask = authorizedSchema(
    {
      one: `
        type Query {
          open: Int @public
          posts: [Post!] @requiresScopes(scopes: [["blog:posts.read"]]) @entitled(service: "blog")
          either: Int @requiresScopes(scopes: [["a:x.read"], ["b:x.read"]]) @entitled(service: "blog")
          both: Int @authenticated @entitled(service: "media") @entitled(service: "blog")
          me: Person @authenticated
        }
        type Post { id: ID! views: Int @entitled(service: "analytics") }
        type Person { name: String storage: Int @entitled(service: "media") }
      `,
    },
    {
      open: 1,
      posts: [{ id: 'p', views: 3 }],
      either: 2,
      both: 3,
      me: { name: 'Ada', storage: 9 },
    },
  )
  const as = ['blog:posts.read']

  test('is answered where the workspace has the service', () => {
    expect(ask('{ posts { id } }', { as, services: ['media', 'blog'] })).toMatchObject({
      data: { posts: [{ id: 'p' }] },
      errors: [],
    })
  })

  test('is taken out before anything runs where it has not, and told which service it is', () => {
    expect(ask('{ open posts { id } }', { as, services: ['media'] })).toMatchObject({
      data: { open: 1, posts: null },
      errors: ['posts: ENTITLEMENT_REQUIRED'],
      services: ['blog'],
      ran: '{ open }',
    })
  })

  test('wants somebody to sign in before it says anything of plans', () => {
    expect(ask('{ posts { id } }')).toMatchObject({
      errors: ['posts: UNAUTHENTICATED'],
      services: [undefined],
    })
  })

  test('says nothing of plans to who may not use it whatever the plan is', () => {
    expect(ask('{ posts { id } }', { as: [] })).toMatchObject({
      errors: ['posts: FORBIDDEN'],
      scopes: [[['blog:posts.read']]],
      services: [undefined],
    })
    expect(ask('{ either }', { as: ['b:x.read'] }).errors).toEqual(['either: ENTITLEMENT_REQUIRED'])
  })

  test('with two services needs both, and says which is missing', () => {
    expect(ask('{ both }', { as: [], services: ['blog'] }).services).toEqual(['media'])
    expect(ask('{ both }', { as: [], services: ['media'] }).services).toEqual(['blog'])
    expect(ask('{ both }', { as: [], services: ['media', 'blog'] }).data).toEqual({ both: 3 })
  })

  test('is null at each of its places, and what stands around it is answered', () => {
    expect(ask('{ posts { id views } me { name storage } }', { as, services: ['blog'] })).toEqual(
      expect.objectContaining({
        data: { posts: [{ id: 'p', views: null }], me: { name: 'Ada', storage: null } },
        errors: ['posts.0.views: ENTITLEMENT_REQUIRED', 'me.storage: ENTITLEMENT_REQUIRED'],
        services: ['analytics', 'media'],
      }),
    )
  })

  test.each([['Blog'], ['blog '], ['*'], ['blo'], ['blog,media'], ['blog:posts.read']])(
    'is not opened by a service called %j',
    (service) => {
      expect(ask('{ posts { id } }', { as, services: [service] }).errors).toHaveLength(1)
    },
  )

  test('is not opened by a permission of that name', () => {
    expect(ask('{ posts { id } }', { as: [...as, 'blog'] }).errors).toHaveLength(1)
  })
})

describe('across subgraphs', () => {
  test('what two subgraphs ask for of one field is asked for together', () => {
    const ask = authorizedSchema(
      {
        one: 'type Query { x: Int @shareable @public @entitled(service: "one") }',
        two: 'type Query { x: Int @shareable @public @entitled(service: "two") }',
      },
      { x: 1 },
    )
    expect(ask('{ x }', { as: [], services: ['one'] }).services).toEqual(['two'])
    expect(ask('{ x }', { as: [], services: ['two'] }).services).toEqual(['one'])
    expect(ask('{ x }', { as: [], services: ['one', 'two'] }).data).toEqual({ x: 1 })
  })

  test.each([
    ['directly', 'band'],
    ['through another field', 'label'],
  ])('what is computed from the data of a service needs that service, %s', (_, field) => {
    const ask = authorizedSchema(
      {
        one: `
          type Query { user: User @public }
          type User @key(fields: "id") { id: ID! salary: Int @entitled(service: "payroll") }`,
        two: `
          type User @key(fields: "id") {
            id: ID! salary: Int @external
            band: Int @requires(fields: "salary")
          }`,
        three: `
          type User @key(fields: "id") {
            id: ID! band: Int @external
            label: String @requires(fields: "band")
          }`,
      },
      { user: { id: 'u', salary: 1, band: 2, label: 'L2' } },
    )
    expect(ask(`{ user { id ${field} } }`, { as: [] })).toMatchObject({
      errors: [`user.${field}: ENTITLEMENT_REQUIRED`],
      services: ['payroll'],
      ran: '{ user { id } }',
    })
    expect(ask(`{ user { ${field} } }`, { as: [], services: ['payroll'] }).errors).toEqual([])
  })

  test('what an interface asks for is asked for where its implementers are read', () => {
    const ask = authorizedSchema(
      {
        one: `
          type Query { note: Note @public things: [Thing] @public }
          interface Thing { id: ID! size: Int @entitled(service: "sizes") }
          type Note implements Thing { id: ID! size: Int }`,
      },
      { note: { id: 'n', size: 1 }, things: [{ __typename: 'Note', id: 'n', size: 1 }] },
    )
    for (const query of ['{ note { id size } }', '{ things { ... on Note { size } } }']) {
      expect(ask(query, { as: [] }).services).toEqual(['sizes'])
      expect(ask(query, { as: [], services: ['sizes'] }).errors).toEqual([])
    }
  })
})

describe('through the gateway', () => {
  let feed: Feed
  let tester: GatewayTester<'feed' | 'shop'>
  beforeAll(async () => {
    feed = createFeed()
    const shop = {
      sdl: `
        type Query { open: Int @public orders: Int @authenticated @entitled(service: "shop") }
        type Mutation { order: Int @authenticated @entitled(service: "shop") }`,
      resolvers: { Query: { open: () => 1, orders: () => 7 }, Mutation: { order: () => 8 } },
    }
    tester = await createGatewayTester({ definitions: { feed: feed.definition, shop } })
  })
  beforeEach(() => {
    for (const { received } of Object.values(tester.subgraphs)) received.length = 0
  })
  afterAll(() => tester.close())

  const tokenFor = (...services: string[]) => tester.forge.sign(tester.forge.claims({ services }))

  test('a service that is missing is told with what to do, and no subgraph is asked', async () => {
    for (const query of ['{ orders }', 'mutation { order }']) {
      const { body } = await tester.ask(query, { token: tokenFor('blog') })
      expect(body.errors).toEqual([
        expect.objectContaining({
          message:
            'The plan of the workspace does not include “shop”. Add it in billing, then refresh the token.',
          extensions: {
            code: 'ENTITLEMENT_REQUIRED',
            service: 'shop',
            requestId: expect.any(String),
          },
        }),
      ])
    }
    expect(tester.subgraphs.shop.received).toEqual([])
  })

  test('callers who differ in services alone never get what was decided for the other', async () => {
    const query = 'query Same { open orders }'
    for (const _ of [1, 2]) {
      const [without, having] = await Promise.all([
        tester.ask(query, { token: tokenFor('blog') }),
        tester.ask(query, { token: tokenFor('blog', 'shop') }),
      ])
      expect(codes(without)).toEqual(['orders: ENTITLEMENT_REQUIRED'])
      expect(without.body.data).toEqual({ open: 1, orders: null })
      expect(having.body).toEqual({ data: { open: 1, orders: 7 } })
    }
  })

  test('a stream is refused before it is opened, over either transport', async () => {
    const query = 'subscription { paid { seq } }'
    const refusal = { extensions: { code: 'ENTITLEMENT_REQUIRED', service: 'media' } }
    await using sse = await listenBySse(tester.url, query, { token: tokenFor('blog') })
    expect((await sse.result()).errors).toMatchObject([refusal])
    const client = await openSocket(tester.url)
    await client.init({ accessToken: tokenFor('blog') })
    client.subscribe('1', query)
    expect(await client.next()).toMatchObject({ type: 'error', id: '1', payload: [refusal] })
    client.socket.close()
    await client.closed
    expect(feed.opened).toEqual([])
  })

  test('a stream whose events have fields of a service is opened, and tells them to who has it', async () => {
    const query = 'subscription { mine { seq prize } }'
    await using without = await listenBySse(tester.url, query, { token: tokenFor() })
    await using having = await listenBySse(tester.url, query, { token: tokenFor('media') })
    await feed.open(2)
    feed.publish()
    expect(await without.result()).toMatchObject({
      data: { mine: { seq: 1, prize: null } },
      errors: [{ path: ['mine', 'prize'], extensions: { code: 'ENTITLEMENT_REQUIRED' } }],
    })
    expect(await having.result()).toEqual({ data: { mine: { seq: 1, prize: 'prize 1' } } })
  })
})
