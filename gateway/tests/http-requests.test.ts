import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { getIntrospectionQuery } from 'graphql'
import { codes, createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { sendRaw } from './support/raw-http.ts'
import { identity, tenancy } from './support/story-subgraphs.ts'

let tester: GatewayTester<'identity' | 'tenancy'>
let development: GatewayTester<'identity' | 'tenancy'>

beforeAll(async () => {
  tester = await createGatewayTester({ definitions: { identity, tenancy }, maxBodyBytes: 10_000 })
  development = await createGatewayTester({ definitions: { identity, tenancy }, production: false })
})
afterAll(() => Promise.all([tester.close(), development.close()]))

const post = (body: string, headers: Record<string, string> = {}) =>
  fetch(`${tester.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  })

describe('malformed requests are answered in the form of GraphQL', () => {
  test.each([
    ['no JSON', '{"query":', 400, 'BAD_REQUEST'],
    ['nothing', '', 400, 'BAD_REQUEST'],
    ['a list: batching is off', '[{"query":"{ version }"}]', 400, 'BAD_REQUEST'],
    ['a text', '"{ version }"', 400, 'BAD_REQUEST'],
    ['no query', '{"variables":{}}', 400, 'BAD_REQUEST'],
    ['a query that is no text', '{"query":{"kind":"Document"}}', 400, 'BAD_REQUEST'],
    ['variables as text', '{"query":"{ version }","variables":"{}"}', 400, 'BAD_REQUEST'],
    ['a prototype', '{"query":"{ version }","__proto__":{"x":1}}', 400, 'BAD_REQUEST'],
    ['a syntax error', '{"query":"{ version"}', 400, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{"query":"{ nothing }"}', 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['an unknown directive', '{"query":"{ version @stream }"}', 400, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'an unknown operation',
      '{"query":"query A { version }","operationName":"B"}',
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'several operations and none chosen',
      '{"query":"query A { version } query B { version }"}',
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['a subscription', '{"query":"subscription { x }"}', 400, 'BAD_REQUEST'],
    [
      'a variable of another type',
      '{"query":"query($id: ID!) { user(id: $id) { id } }","variables":{"id":{}}}',
      400,
      'BAD_USER_INPUT',
    ],
    [
      'the hash of a query that nobody has sent yet',
      '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}',
      200,
      'PERSISTED_QUERY_NOT_FOUND',
    ],
  ])('%s', async (_, body, status, code) => {
    const response = await post(body, { accept: 'application/graphql-response+json' })
    const answer = (await response.json()) as { data?: unknown; errors: { extensions: object }[] }
    expect(answer.errors[0]?.extensions).toMatchObject({ code, requestId: expect.any(String) })
    expect(answer.data).toBeUndefined()
    expect(response.status).toBe(status)
  })

  test('a body over the limit is 413, by what it says and by what it is', async () => {
    const body = JSON.stringify({ query: `{ version } # ${'x'.repeat(12_000)}` })
    for (const lines of [[`Content-Length: ${body.length}`], ['Transfer-Encoding: chunked']]) {
      const chunked = lines[0]?.startsWith('Transfer') ?? false
      const sent = chunked ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body
      const answer = await sendRaw(
        tester.port,
        'POST /graphql HTTP/1.1',
        ['Content-Type: application/json', ...lines],
        { body: sent, ownLength: true },
      )
      expect(answer.status).toBe(413)
      expect(answer.body).toContain('"PAYLOAD_TOO_LARGE"')
    }
  })

  test('suggestions do not tell the schema in production', async () => {
    expect(JSON.stringify((await tester.ask('{ versio }')).body)).not.toContain('version')
    expect(JSON.stringify((await development.ask('{ versio }')).body)).toContain('version')
  })
})

describe('answers', () => {
  test('are not to be kept by anybody', async () => {
    const { headers } = await tester.ask('{ version }')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'")
  })

  test('come in the media type that was asked for', async () => {
    const accept = 'application/graphql-response+json'
    const { headers } = await tester.ask('{ version }', { headers: { accept } })
    expect(headers.get('content-type')).toMatch(accept)
  })

  test('an address where nothing is, is a problem document with a code', async () => {
    const response = await fetch(`${tester.url}/nothing`)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toMatch('application/problem+json')
    expect(await response.json()).toEqual({
      title: 'There is nothing at this address.',
      status: 404,
      code: 'NOT_FOUND',
      requestId: response.headers.get('x-request-id'),
    })
  })

  test('an address that is none is refused alike', async () => {
    const { status, body } = await sendRaw(tester.port, 'GET /%ff%zz HTTP/1.1', [])
    expect(status).toBe(400)
    expect(body).toContain('"BAD_REQUEST"')
    expect(body).not.toContain('%zz')
  })
})

describe('production and development', () => {
  test('introspection is for development', async () => {
    const refused = await tester.ask(getIntrospectionQuery())
    expect(codes(refused)).toEqual([': GRAPHQL_VALIDATION_FAILED'])
    const answered = await development.ask(getIntrospectionQuery())
    expect(answered.body.errors).toBeUndefined()
    expect(answered.body.data).toHaveProperty('__schema.queryType.name', 'Query')
  })

  test('so is GraphiQL, and it asks no other host for anything', async () => {
    expect((await fetch(`${tester.url}/graphiql`)).status).toBe(404)
    expect((await fetch(`${tester.url}/graphiql/page.js`)).status).toBe(404)
    const response = await fetch(`${development.url}/graphiql`)
    const page = await response.text()
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'self'/)
    expect(page).not.toMatch(/https?:\/\//)
    for (const [, path] of page.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const part = await fetch(`${development.url}${path}`)
      expect(part.status).toBe(200)
      expect((await part.text()).length).toBeGreaterThan(1_000)
    }
    expect((await fetch(`${development.url}/graphiql/other.js`)).status).toBe(404)
  })
})
