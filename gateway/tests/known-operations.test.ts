import { ApolloServer } from '@apollo/server'
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { memoryStore } from '../src/rate-limits/budget-store.ts'
import { createRateLimiter } from '../src/rate-limits/rate-limiter.ts'
import {
  type Answered,
  type AskOptions,
  codes,
  createGatewayTester,
  type GatewayTester,
} from './support/gateway-tester.ts'
import { identity, tenancy } from './support/story-subgraphs.ts'

let tester: GatewayTester<'identity' | 'tenancy'>
/** Who is not asked for known operations. */
const apollo = jest.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest')

beforeAll(async () => {
  tester = await createGatewayTester({
    definitions: { identity, tenancy },
    trustedProxies: ['127.0.0.1'],
    trustedDocumentsFor: ['kiosk'],
    rateLimiter: createRateLimiter({
      store: memoryStore(),
      limits: { anonymous: { units: 1_000, seconds: 60 }, user: { units: 12, seconds: 60 } },
    }),
  })
})
beforeEach(() => {
  apollo.mockClear()
  tester.log.length = 0
})
afterAll(async () => {
  apollo.mockRestore()
  await tester.close()
})

let networks = 0
/** As somebody who has spent nothing yet. */
function ask(query: string, { headers, ...options }: AskOptions = {}): Promise<Answered> {
  networks += 1
  const address = { 'x-forwarded-for': `198.51.${networks}.7` }
  return tester.ask(query, { ...options, headers: { ...address, ...headers } })
}

/** What of an answer is the same whenever it is given. */
function lasting({ status, headers, text }: Answered) {
  const {
    date,
    'x-request-id': id,
    'ratelimit-reset': reset,
    ...others
  } = Object.fromEntries(headers)
  expect([date, id, reset]).toEqual(Array(3).fill(expect.any(String)))
  return { status, headers: others, text: text.replaceAll(String(id), 'the id') }
}

const lines = () =>
  tester.log
    .filter(({ msg }) => msg === 'operation')
    .map(({ time, requestId, durationMs, stagesMs, ...line }) => line)

describe('asked a second time, an operation goes past Apollo Server to the same answer:', () => {
  test.each<[string, string, AskOptions?]>([
    ['data', '{ users { id name } }'],
    ['of two subgraphs', 'query Titles { workspaces { id owner { __typename name title } } }'],
    ['with a variable', 'query ($id: ID!) { user(id: $id) { name } }', { variables: { id: 'u2' } }],
    ['with a default', 'query ($id: ID! = "u1") { user(id: $id) { name } }'],
    [
      'with conditions',
      'query ($a: Boolean!) { version @skip(if: $a) }',
      { variables: { a: true } },
    ],
    ['with fragments', '{ users { ...F } } fragment F on User { name }'],
    ['null', '{ user(id: "nobody") { name } }'],
    ['errors of a subgraph beside data', '{ users { id badge } }'],
    ['an error alone', '{ broken(code: "NOT_FOUND", message: "gone") }'],
    ['an error that is masked', '{ both { fine failing } }'],
    ['nothing, as nothing may be read', '{ me { name } }'],
    ['nulls where the caller may not read', '{ users { id email } }'],
    ['with its cost', '{ users { name id } }', { headers: { 'x-request-cost': '1' } }],
    [
      'for those who take the other media type',
      '{ users { name } }',
      { headers: { accept: 'application/graphql-response+json' } },
    ],
  ])('%s', async (_, query, options = {}) => {
    const first = await ask(query, options)
    expect(apollo).toHaveBeenCalledTimes(1)
    const second = await ask(query, options)
    expect(apollo).toHaveBeenCalledTimes(1)
    expect(lasting(second)).toEqual(lasting(first))
    const [one, two, ...more] = lines()
    expect(one).toMatchObject({ status: first.status, operation: { type: 'query' } })
    expect(two).toEqual(one)
    expect(more).toEqual([])
  })

  test('no data, as a subgraph is down', async () => {
    const query = '{ users { id name } version }'
    const whole = await ask(query)
    tester.subgraphs.identity.misbehave((_, response) => response.writeHead(500).end('{}'))
    const failed = await ask(query)
    expect(apollo).toHaveBeenCalledTimes(1)
    const asNew = await ask(`${query} `)
    expect(apollo).toHaveBeenCalledTimes(2)
    tester.subgraphs.identity.misbehave(null)
    expect(failed.body.data).toBeNull()
    expect(lasting(failed)).toEqual(lasting(asNew))
    expect(lasting(await ask(query))).toEqual(lasting(whole))
    expect(apollo).toHaveBeenCalledTimes(2)
  })

  test('budgets are charged for it', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.7' }
    const left = async () =>
      (await tester.ask('{ users { id } }', { headers })).headers.get('ratelimit-remaining')
    expect([await left(), await left(), await left()]).toEqual(['998', '996', '994'])
    expect(apollo.mock.calls.length).toBeLessThanOrEqual(1)
  })
})

describe('a known operation', () => {
  const QUERY = 'query Known($id: ID = "u1") { user(id: $id) { id email } me { id } }'
  beforeEach(async () => {
    await ask(QUERY)
    apollo.mockClear()
    tester.log.length = 0
  })

  test('gives each caller what they may read', async () => {
    const token = tester.tokenWith('identity:email.read')
    const [reader, nobody] = await Promise.all([ask(QUERY, { token }), ask(QUERY)])
    expect(apollo).not.toHaveBeenCalled()
    expect(reader.body).toEqual({
      data: { user: { id: 'u1', email: 'u1@example.com' }, me: { id: 'u1' } },
    })
    expect(nobody.body.data).toEqual({ user: { id: 'u1', email: null }, me: null })
    expect(codes(nobody)).toEqual(['user.email: UNAUTHENTICATED', 'me: UNAUTHENTICATED'])
  })

  test('is answered for its own variables', async () => {
    const answers = await Promise.all(
      ['u1', 'u2', null].map((id) => ask(QUERY, { variables: { id } })),
    )
    // The third asks a non-null argument for null.
    expect(answers.map(({ body }) => body.data?.user)).toEqual([
      { id: 'u1', email: null },
      { id: 'u2', email: null },
      null,
    ])
    expect(apollo).not.toHaveBeenCalled()
  })

  test('is refused to a token that does not hold', async () => {
    const refused = await ask(QUERY, { token: 'bad' })
    expect(refused.status).toBe(401)
    expect(codes(refused)).toEqual([': UNAUTHENTICATED'])
    expect(refused.body.data).toBeUndefined()
    expect(lines()).toMatchObject([{ status: 401, operation: null, caller: null }])
  })

  test('is refused to a client that has not published it', async () => {
    const headers = { 'apollographql-client-name': 'kiosk' }
    const refused = await ask(QUERY, { headers })
    const asNew = await ask(`${QUERY} `, { headers })
    expect(codes(refused)).toEqual([': FORBIDDEN'])
    expect(lasting(refused)).toEqual(lasting(asNew))
    expect(lines()[0]).toMatchObject({ status: 403, operation: { name: 'Known' } })
  })

  test('is refused where a budget does not hold it', async () => {
    const query = '{ users { id } }'
    const token = tester.tokenOfAnother()
    // May cost 10, does cost 2.
    for (const left of ['10', '8']) {
      const { headers } = await ask(query, { token })
      expect(headers.get('ratelimit-remaining')).toBe(left)
    }
    apollo.mockClear()
    const refused = await ask(query, { token })
    expect(refused.status).toBe(429)
    expect(codes(refused)).toEqual([': RATE_LIMITED'])
    expect(refused.headers.get('ratelimit-policy')).toBe('"user";q=12;w=60')
    expect(refused.headers.get('ratelimit-remaining')).toBe('8')
    const { retryAfterSeconds } = refused.body.errors?.[0]?.extensions ?? {}
    expect(refused.headers.get('retry-after')).toBe(String(retryAfterSeconds))
    expect(codes(await ask(`${query} `, { token }))).toEqual(codes(refused))
  })
})

describe('of several operations in a document', () => {
  const DOCUMENT = 'query A { a: version } query B { b: version } mutation C { touch }'
  const twice = async (operationName: string | undefined) => {
    const options = operationName === undefined ? {} : { operationName }
    const answers = [await ask(DOCUMENT, options), await ask(DOCUMENT, options)]
    const [one, two] = answers.map(({ status, body }) => [status, body.data])
    expect(two).toEqual(one)
    return one
  }

  test('the one that is named is answered; without a name there is none', async () => {
    expect(await twice('A')).toEqual([200, { a: '1' }])
    expect(await twice('B')).toEqual([200, { b: '1' }])
    expect(apollo).toHaveBeenCalledTimes(2)
    expect(await twice('C')).toEqual([200, { touch: 'touched' }])
    expect(await twice('D')).toEqual([200, undefined])
    expect(await twice(undefined)).toEqual([200, undefined])
    expect(apollo).toHaveBeenCalledTimes(8)
  })
})

describe('Apollo Server judges', () => {
  const QUERY = 'query Judged($id: ID! = "u1") { user(id: $id) { id } }'
  const DATA = { data: { user: { id: 'u1' } } }

  async function send(init: RequestInit, search = '') {
    const response = await fetch(`${tester.url}/graphql${search}`, init)
    const type = response.headers.get('content-type')
    return { status: response.status, type, body: await response.text() }
  }
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    send({
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })

  beforeEach(async () => {
    for (let times = 0; times < 2; times += 1) {
      expect(JSON.parse((await post({ query: QUERY })).body)).toEqual(DATA)
    }
    expect(apollo.mock.calls.length).toBeLessThanOrEqual(1)
    apollo.mockClear()
  })

  test('what is asked by GET', async () => {
    const search = `?${new URLSearchParams({ query: QUERY })}`
    const answer = await send({ headers: { 'apollo-require-preflight': '1' } }, search)
    expect(JSON.parse(answer.body)).toEqual(DATA)
    expect((await send({ headers: { 'content-type': 'text/plain' } }, search)).status).toBe(400)
    expect(apollo).toHaveBeenCalledTimes(2)
  })

  test('what is asked by PUT', async () => {
    const headers = { 'content-type': 'application/json' }
    const answer = await send({ method: 'PUT', headers, body: JSON.stringify({ query: QUERY }) })
    expect(answer.status).toBe(405)
    expect(apollo).toHaveBeenCalledTimes(1)
  })

  test.each<[string, number, unknown]>([
    ['a request with extensions', 200, { query: QUERY, extensions: {} }],
    ['a request with members nobody knows', 200, { query: QUERY, id: 1 }],
    ['several requests at once', 400, [{ query: QUERY }]],
    ['a variable of another type', 200, { query: QUERY, variables: { id: {} } }],
    ['a variable that may not be null', 200, { query: QUERY, variables: { id: null } }],
    ['variables that are a list', 400, { query: QUERY, variables: [] }],
    ['variables that are a text', 400, { query: QUERY, variables: '{}' }],
    ['a name that is none', 400, { query: QUERY, operationName: 5 }],
    ['the name of another operation', 200, { query: QUERY, operationName: 'Other' }],
    ['the name where none was told', 200, { query: QUERY, operationName: 'Judged' }],
  ])('%s', async (_, status, body) => {
    expect(await post(body)).toMatchObject({ status })
    expect(apollo).toHaveBeenCalledTimes(1)
  })

  test('who accepts something unusual', async () => {
    const asked = ['text/html', 'application/json;q=0.5, application/graphql-response+json']
    const [html, both] = await Promise.all(
      asked.map((accept) => post({ query: QUERY }, { accept })),
    )
    expect(html?.status).toBe(406)
    expect(both).toMatchObject({ status: 200, body: JSON.stringify(DATA) })
    expect(apollo).toHaveBeenCalledTimes(2)
  })

  test('mutations, however often they were asked', async () => {
    for (const calls of [1, 2]) {
      expect((await post({ query: 'mutation { touch }' })).status).toBe(200)
      expect(apollo).toHaveBeenCalledTimes(calls)
    }
  })

  test('but not what says nothing by null', async () => {
    const { body } = await post({ query: QUERY, variables: null, operationName: null })
    expect(JSON.parse(body)).toEqual(DATA)
    expect(apollo).not.toHaveBeenCalled()
  })
})
