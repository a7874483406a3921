import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { deferredSubgraphs } from './support/deferred-subgraphs.ts'
import {
  type AskOptions,
  createGatewayTester,
  type GatewayTester,
} from './support/gateway-tester.ts'
import { allParts, DEFER_ACCEPT, type Part, readParts } from './support/multipart-client.ts'
import { openSocket } from './support/socket-client.ts'
import { listenBySse } from './support/sse-client.ts'

const { definitions, hold } = deferredSubgraphs()
let tester: GatewayTester<keyof typeof definitions>

beforeAll(async () => {
  tester = await createGatewayTester({ definitions })
})
beforeEach(() => {
  tester.log.length = 0
  for (const { received } of Object.values(tester.subgraphs)) received.length = 0
})
afterAll(() => tester.close())

type Asked = AskOptions & { readonly accept?: string; readonly signal?: AbortSignal }

function send(query: string, { accept = DEFER_ACCEPT, variables, token, signal }: Asked = {}) {
  return fetch(`${tester.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept,
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
    ...(signal && { signal }),
  })
}

async function parts(query: string, asked?: Asked): Promise<Part[]> {
  return allParts(await send(query, asked))
}

/** The first part, and everything of the others by its place, in the order of sending. */
async function deferred(query: string, asked?: Asked) {
  const [first, ...others] = await parts(query, asked)
  const later = others.flatMap(({ incremental = [] }) => incremental)
  return { first: first?.data, later: later.map(({ path, data }) => [path.join('.'), data]) }
}

const codesOf = (errors: Part['errors'] = []) =>
  errors.map(({ path, extensions }) => `${path?.join('.')}: ${extensions.code}`)

const operations = () => tester.log.filter(({ msg }) => msg === 'operation')

async function logged(): Promise<Record<string, unknown>> {
  while (operations().length === 0) await pause(2)
  return operations()[0] as Record<string, unknown>
}

const REVIEWS = '{ product(id: "p1") { name ... @defer(label: "r") { reviews { body } } } }'

describe('the body of an answer in parts', () => {
  test('brings the first part while the second is still being fetched', async () => {
    const release = hold()
    const body = readParts(await send(REVIEWS))
    const first = await body.next()
    expect(first.value).toEqual({ data: { product: { name: 'Product "p1"' } }, hasNext: true })
    release()
    expect((await body.next()).value).toEqual({
      incremental: [{ label: 'r', path: ['product'], data: { reviews: [{ body: 'of p1' }] } }],
      hasNext: false,
    })
    expect(await body.next()).toEqual({ done: true, value: undefined })
  })

  test('is, to the byte, what clients expect', async () => {
    const response = await send(REVIEWS)
    expect(response.headers.get('content-type')).toBe(
      'multipart/mixed; boundary="-"; deferSpec=20220824',
    )
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.text()).toBe(
      [
        '',
        '---',
        'content-type: application/json; charset=utf-8',
        '',
        '{"data":{"product":{"name":"Product \\"p1\\""}},"hasNext":true}',
        '---',
        'content-type: application/json; charset=utf-8',
        '',
        '{"incremental":[{"label":"r","path":["product"],"data":{"reviews":[{"body":"of p1"}]}}],"hasNext":false}',
        '-----',
        '',
      ].join('\r\n'),
    )
  })
})

describe('who takes parts', () => {
  test.each([
    ['multipart/mixed;deferSpec=20220824,application/json', true],
    ['multipart/mixed; deferSpec="20220824"', true],
    [
      'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
      true,
    ],
    ['text/event-stream, multipart/mixed', true],
    ['application/json', false],
    ['*/*', false],
    ['multipart/mixed;q=0, application/json', false],
    ['multipart/mixed;deferSpec=20990101, application/json', false],
    ['multipart/mixed;incrementalSpec=v0.2, application/json', false],
    ['multipart/mixed;boundary="graphql";subscriptionSpec=1.0, application/json', false],
  ])('%s: %s', async (accept, inParts) => {
    const response = await send(REVIEWS, { accept })
    const type = response.headers.get('content-type')
    expect(type).toMatch(inParts ? 'multipart/mixed' : 'application/json')
    if (inParts) expect(await allParts(response)).toHaveLength(2)
    else {
      expect(await response.json()).toEqual({
        data: { product: { name: 'Product "p1"', reviews: [{ body: 'of p1' }] } },
      })
    }
  })

  test('what has nothing to be deferred is answered in one piece', async () => {
    const response = await send('{ product(id: "p1") { name } }')
    expect(await response.json()).toEqual({ data: { product: { name: 'Product "p1"' } } })
  })

  test('what is wrong with an operation is told in one piece', async () => {
    const response = await send('{ product { ... @defer { name } } }')
    expect(response.headers.get('content-type')).toMatch('application/json')
    const { errors } = (await response.json()) as Part
    expect(codesOf(errors)).toEqual(['undefined: GRAPHQL_VALIDATION_FAILED'])
  })
})

describe('over other transports all is sent at once', () => {
  const whole = { name: 'Product "p1"', reviews: [{ body: 'of p1' }] }
  const fields = '{ name ... @defer { reviews { body } } }'

  test('queries over WebSocket', async () => {
    const client = await openSocket(tester.url)
    await client.init()
    client.subscribe('1', `{ product(id: "p1") ${fields} }`)
    expect(await client.next()).toMatchObject({ payload: { data: { product: whole } } })
    client.socket.close()
    await client.closed
  })

  test('events of subscriptions', async () => {
    await using stream = await listenBySse(tester.url, `subscription { added ${fields} }`, {
      headers: { accept: 'text/event-stream, multipart/mixed' },
    })
    expect(await stream.result()).toEqual({ data: { added: whole } })
  })
})

describe('where deferred fragments stand', () => {
  test('in a list there is one part per item', async () => {
    const answer = await deferred('{ products { id ... @defer { reviews { body } } } }')
    expect(answer).toEqual({
      first: { products: [{ id: 'p1' }, { id: 'p2' }] },
      later: [
        ['products.0', { reviews: [{ body: 'of p1' }] }],
        ['products.1', { reviews: [{ body: 'of p2' }] }],
      ],
    })
  })

  test('a fragment in another comes after it', async () => {
    const answer = await deferred(`{
      product(id: "p1") {
        ... @defer { reviews { body ...Author @defer } }
      }
    }
    fragment Author on Review { author { name } }`)
    expect(answer).toEqual({
      first: { product: {} },
      later: [
        ['product', { reviews: [{ body: 'of p1' }] }],
        ['product.reviews.0', { author: { name: 'Name of u-p1' } }],
      ],
    })
  })

  test('on the root, all may come later', async () => {
    const answer = await deferred('{ ... @defer { me { name } product(id: "p1") { rating } } }')
    expect(answer).toEqual({
      first: {},
      later: [['', { me: { name: 'Ada' }, product: { rating: 4.5 } }]],
    })
  })

  test('on a union, each object has those of its type', async () => {
    const answer = await deferred(`{ found {
      ... on Product @defer(label: "product") { name reviews { body } }
      ... on Voucher @defer(label: "voucher") { __typename code }
    } }`)
    expect(answer.first).toEqual({ found: [{}, {}] })
    expect(Object.fromEntries(answer.later)).toEqual({
      'found.0': { name: 'Product "p1"', reviews: [{ body: 'of p1' }] },
      'found.1': { __typename: 'Voucher', code: 'FREE' },
    })
  })

  test('what cannot be fetched alone is fetched with the rest and sent later', async () => {
    const answer = await deferred(
      '{ product(id: "p1") { box { width ... @defer { width height } } } }',
    )
    expect(answer).toEqual({
      first: { product: { box: { width: 3 } } },
      later: [['product.box', { width: 3, height: 4 }]],
    })
    expect(tester.subgraphs.catalog.received).toHaveLength(1)
  })

  test('fields asked for at once and later are in both parts', async () => {
    const answer = await deferred(
      '{ product(id: "p1") { id: name ... @defer { id: name rating: id } } }',
    )
    expect(answer).toEqual({
      first: { product: { id: 'Product "p1"' } },
      later: [['product', { id: 'Product "p1"', rating: 'p1' }]],
    })
  })

  test('under null there is nothing to be deferred', async () => {
    const response = await send('{ product(id: "none") { name ... @defer { rating } } }')
    expect(await response.json()).toEqual({ data: { product: null } })
  })

  test('the payload of a mutation has parts; the mutation is done before it is answered', async () => {
    const answer = await deferred(`mutation {
      ... @defer { rename(id: "p1", name: "New") { name ... @defer { reviews { body } } } }
    }`)
    expect(answer).toEqual({
      first: { rename: { name: 'New' } },
      later: [['rename', { reviews: [{ body: 'of p1' }] }]],
    })
    const mutations = tester.subgraphs.catalog.received.filter(({ query }) =>
      query.startsWith('mutation'),
    )
    expect(mutations).toHaveLength(1)
  })
})

describe('conditions', () => {
  const query = `query ($defer: Boolean = true, $with: Boolean = true) { product(id: "p1") {
    name
    ... @include(if: $with) @defer(if: $defer) { reviews { body @skip(if: $defer) id } }
    ... @defer(if: false) { id }
  } }`

  test('a fragment is deferred by the value of a variable, or its default', async () => {
    expect(await deferred(query)).toEqual({
      first: { product: { name: 'Product "p1"', id: 'p1' } },
      later: [['product', { reviews: [{ id: 'p1r' }] }]],
    })
    const whole = await send(query, { variables: { defer: false } })
    expect(await whole.json()).toEqual({
      data: {
        product: { name: 'Product "p1"', reviews: [{ body: 'of p1', id: 'p1r' }], id: 'p1' },
      },
    })
  })

  test('what is not included is not deferred either', async () => {
    const response = await send(query, { variables: { with: false } })
    expect(await response.json()).toEqual({ data: { product: { name: 'Product "p1"', id: 'p1' } } })
  })

  test('values that are none are refused', async () => {
    const response = await send(query, { variables: { defer: 'yes' } })
    const { errors } = (await response.json()) as Part
    expect(codesOf(errors)).toEqual(['undefined: BAD_USER_INPUT'])
  })

  test.each([
    ['twice', '{ products { ... @defer(label: "a") { id } ... @defer(label: "a") { name } } }'],
    ['from a variable', 'query ($l: String) { products { ... @defer(label: $l) { id } } }'],
  ])('a label %s is refused', async (_, text) => {
    const { errors } = (await (await send(text)).json()) as Part
    expect(codesOf(errors)).toEqual(['undefined: GRAPHQL_VALIDATION_FAILED'])
  })
})

describe('what fails', () => {
  test('takes no more than its fragment, and is told there', async () => {
    const [first, ...others] = await parts('{ products { name ... @defer { rating } } }')
    expect(first).toEqual({
      data: { products: [{ name: 'Product "p1"' }, { name: 'Product "p2"' }] },
      hasNext: true,
    })
    const later = others.flatMap(({ incremental = [] }) => incremental)
    expect(later.map(({ path, data, errors }) => [path, data, codesOf(errors)])).toEqual([
      [['products', 0], { rating: 4.5 }, []],
      [['products', 1], null, ['products.1.rating: INTERNAL']],
    ])
  })

  test('a subgraph that is down is told where its data would have stood', async () => {
    tester.subgraphs.reviews.misbehave((request) => request.socket.destroy())
    const [first, ...others] = await parts(
      '{ product(id: "p1") { name ... @defer { id reviews { body } } } }',
    ).finally(() => tester.subgraphs.reviews.misbehave(null))
    expect(first?.errors).toBeUndefined()
    const later = others.flatMap(({ incremental = [] }) => incremental)
    expect(later.map(({ data, errors }) => [data, codesOf(errors)])).toEqual([
      [{ id: 'p1', reviews: null }, ['product.reviews: UPSTREAM_UNAVAILABLE']],
    ])
    expect(await logged()).toMatchObject({ errorCodes: ['UPSTREAM_UNAVAILABLE'] })
  })

  test('what was fetched with the first part takes from that, and is told there', async () => {
    const response = await send(
      '{ product(id: "odd") { name box { ... @defer { width } height } } }',
    )
    const { data, errors } = (await response.json()) as Part
    expect(data).toEqual({ product: { name: 'Odd', box: null } })
    expect(codesOf(errors)).toEqual(['product.box.width: INTERNAL'])
  })

  test('a client that goes takes with it what is still being fetched', async () => {
    const asked = Promise.withResolvers<void>()
    const closed = Promise.withResolvers<void>()
    tester.subgraphs.reviews.misbehave((request) => {
      asked.resolve()
      request.socket.once('close', () => closed.resolve())
    })
    const leaving = new AbortController()
    const body = readParts(await send(REVIEWS, { signal: leaving.signal }))
    await body.next()
    await asked.promise
    leaving.abort()
    await closed.promise
    tester.subgraphs.reviews.misbehave(null)
    expect(await logged()).toMatchObject({ operation: { deferred: 0 } })
  })
})

describe('rules that hold for all operations', () => {
  test('one that loses fields to access rules is answered whole', async () => {
    const query = '{ product(id: "p1") { name ... @defer { cost rating } } }'
    const { data, errors } = (await (await send(query)).json()) as Part
    expect(data).toEqual({ product: { name: 'Product "p1"', cost: null, rating: 4.5 } })
    expect(codesOf(errors)).toEqual(['product.cost: UNAUTHENTICATED'])
    const token = tester.tokenWith('catalog:costs.read')
    expect((await deferred(query, { token })).later).toEqual([
      ['product', { cost: 7, rating: 4.5 }],
    ])
  })

  test('costs are those of all parts, and are told with their number when all was sent', async () => {
    const query =
      '{ products { name box { width } ... @defer { box { height } reviews { body } } } }'
    const release = hold()
    const body = readParts(await send(query))
    await body.next()
    expect(operations()).toEqual([])
    release()
    for await (const _ of body);
    const { operation } = await logged()
    const ofParts = operation as { cost: object }
    expect(operation).toMatchObject({ deferred: 2 })
    tester.log.length = 0
    await tester.ask(query)
    expect(ofParts.cost).toEqual(((await logged()).operation as { cost: object }).cost)
  })

  test('there may be so many deferred fragments', async () => {
    const query = `{ me { id ${'... @defer { name } '.repeat(51)} } }`
    const { errors } = (await (await send(query)).json()) as Part
    expect(errors?.[0]?.extensions).toMatchObject({ limit: 'deferred', maximum: 50 })
  })

  test('equal operations in parts are not one, though what they fetch may be', async () => {
    await using sharing = await createGatewayTester({ definitions, sharing: 'inbound' })
    const release = hold()
    const headers = { 'content-type': 'application/json', accept: DEFER_ACCEPT }
    const request = { method: 'POST', headers, body: JSON.stringify({ query: REVIEWS }) }
    const answers = await Promise.all([1, 2].map(() => fetch(`${sharing.url}/graphql`, request)))
    release()
    const [one, other] = await Promise.all(answers.map(allParts))
    expect(one).toHaveLength(2)
    expect(other).toEqual(one)
  })
})
