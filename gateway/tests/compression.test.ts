import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { GraphQLError } from 'graphql'
import { createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { sendRaw } from './support/raw-http.ts'
import type { SubgraphDefinition } from './support/test-subgraph.ts'

const identity: SubgraphDefinition = {
  sdl: `
    type Query { text(length: Int!): String @public failing: [String] @public }
    type Mutation { signIn: String @public }`,
  resolvers: {
    Query: {
      text: (_: unknown, { length }: { length: number }) => 'word '.repeat(length / 5),
      failing: () => Array.from({ length: 100 }, () => new GraphQLError('no')),
    },
    Mutation: { signIn: () => 'token '.repeat(1_000) },
  },
}

let tester: GatewayTester<'identity'>
beforeAll(async () => {
  tester = await createGatewayTester({
    definitions: { identity },
    production: false,
    routes(http) {
      http.get('/empty', (_, reply) => reply.code(204).send())
      http.get('/unchanged', (_, reply) => reply.code(304).send())
      http.get('/encoded', (_, reply) =>
        reply.header('content-encoding', 'x-own').send('y'.repeat(5_000)),
      )
    },
  })
})
afterAll(() => tester.close())

type Got = { status: number; headers: Record<string, string>; bytes: Buffer }

/** Over a raw socket, as `fetch` decodes what it gets and tells other lengths. */
async function get(line: string, headers: readonly string[], body = ''): Promise<Got> {
  const answer = await sendRaw(tester.port, `${line} HTTP/1.1`, headers, { body })
  const lines = answer.head.split('\r\n').slice(1)
  const pairs = lines.map((text) => text.split(': ') as [string, string])
  return { status: answer.status, headers: Object.fromEntries(pairs), bytes: answer.bytes }
}

const post = (query: string, ...headers: string[]) =>
  get('POST /graphql', ['content-type: application/json', ...headers], JSON.stringify({ query }))

const LONG = '{ text(length: 5000) }'
const HUGE = '{ text(length: 100000) }'
const dataOf = (length: number) => ({ data: { text: 'word '.repeat(length / 5) } })

describe('an answer', () => {
  test.each([
    ['br', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
    ['gzip;q=1, br;q=0', 'gzip', gunzipSync],
    ['*', 'br', brotliDecompressSync],
    ['BR', 'br', brotliDecompressSync],
  ])('to a client that takes %s is compressed by %s', async (taken, encoding, open) => {
    for (const [query, length] of [
      [LONG, 5_000],
      [HUGE, 100_000],
    ] as const) {
      const { headers, bytes } = await post(query, `accept-encoding: ${taken}`)
      expect(headers['content-encoding']).toBe(encoding)
      expect(headers.vary).toMatch(/\baccept-encoding\b/)
      expect(headers['content-length']).toBe(String(bytes.length))
      expect(bytes.length).toBeLessThan(length / 10)
      expect(JSON.parse(open(bytes).toString())).toEqual(dataOf(length))
    }
  })

  test.each([
    ['nothing', []],
    ['none of ours', ['accept-encoding: zstd, deflate']],
    ['nothing but the plain text', ['accept-encoding: identity;q=1, *;q=0']],
    ['something malformed', ['accept-encoding: ;;q=,=br']],
  ])('to a client that takes %s is plain, and says that others differ', async (_, headers) => {
    const answer = await post(LONG, ...headers)
    expect(answer.headers).not.toHaveProperty('content-encoding')
    expect(answer.headers.vary).toMatch(/\baccept-encoding\b/)
    expect(JSON.parse(answer.bytes.toString())).toEqual(dataOf(5_000))
  })

  test('that is small is plain', async () => {
    const { headers } = await post('{ text(length: 500) }', 'accept-encoding: br')
    expect(headers).not.toHaveProperty('content-encoding')
    expect(headers.vary ?? '').not.toContain('accept-encoding')
  })

  test('full of errors is compressed alike', async () => {
    const { bytes, headers } = await post('{ failing }', 'accept-encoding: br')
    expect(headers['content-encoding']).toBe('br')
    expect(JSON.parse(brotliDecompressSync(bytes).toString()).errors).toHaveLength(100)
  })

  test('keeps what CORS says of it', async () => {
    await using other = await createGatewayTester({
      definitions: { identity },
      corsOrigins: ['https://console.example', 'https://app.example'],
    })
    const { headers } = await other.ask(LONG, { headers: { origin: 'https://app.example' } })
    expect(headers.get('vary')?.toLowerCase().split(', ').sort()).toEqual([
      'accept-encoding',
      'origin',
    ])
  })

  test('that sets a cookie is never compressed, as its text may be a secret', async () => {
    tester.subgraphs.identity.misbehave((_, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json', 'set-cookie': '__Host-ls_a=b' })
        .end(JSON.stringify({ data: { signIn: 'token '.repeat(1_000) } })),
    )
    const { headers, bytes } = await post('mutation { signIn }', 'accept-encoding: br')
    tester.subgraphs.identity.misbehave(null)
    expect(headers['set-cookie']).toContain('__Host-ls_a=b')
    expect(headers).not.toHaveProperty('content-encoding')
    expect(JSON.parse(bytes.toString()).data.signIn).toMatch(/^token token/)
  })

  test('that is a stream of events is never compressed', async () => {
    const { headers, bytes } = await post(LONG, 'accept: text/event-stream', 'accept-encoding: br')
    expect(headers['content-type']).toMatch('text/event-stream')
    expect(headers).not.toHaveProperty('content-encoding')
    expect(bytes.toString()).toContain('event: complete')
  })

  test('that a route has encoded itself stays as it is', async () => {
    const { headers, bytes } = await get('GET /encoded', ['accept-encoding: br'])
    expect(headers['content-encoding']).toBe('x-own')
    expect(bytes.toString()).toBe('y'.repeat(5_000))
  })

  test.each([
    ['/empty', 204],
    ['/unchanged', 304],
  ])('without a body has no encoding (%s)', async (path, status) => {
    const answer = await get(`GET ${path}`, ['accept-encoding: br'])
    expect(answer.status).toBe(status)
    expect(answer.headers).not.toHaveProperty('content-encoding')
    expect(answer.bytes).toHaveLength(0)
  })

  test('to HEAD tells of the answer that GET would have', async () => {
    const known = await get('GET /graphiql/page.css', ['accept-encoding: br'])
    const head = await get('HEAD /graphiql/page.css', ['accept-encoding: br'])
    expect(known.headers['content-encoding']).toBe('br')
    expect(head.bytes).toHaveLength(0)
    for (const name of ['content-encoding', 'content-length', 'vary']) {
      expect(head.headers[name]).toBe(known.headers[name])
    }
  })
})

describe('a compressed body', () => {
  const body = gzipSync(JSON.stringify({ query: '{ text(length: 5) }' }))

  test.each(['gzip', 'br', 'GZIP', 'deflate, gzip', 'x-unknown'])(
    'is refused unread (%s)',
    async (encoding) => {
      const response = await fetch(`${tester.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-encoding': encoding },
        body,
      })
      expect(response.status).toBe(415)
      expect(response.headers.get('accept-encoding')).toBe('identity')
      expect(await response.json()).toMatchObject({
        errors: [{ extensions: { code: 'UNSUPPORTED_MEDIA_TYPE' } }],
      })
    },
  )

  test('that says that it is none is read', async () => {
    const { body: answer } = await tester.ask('{ text(length: 5) }', {
      headers: { 'content-encoding': 'identity' },
    })
    expect(answer).toEqual({ data: { text: 'word ' } })
  })
})
