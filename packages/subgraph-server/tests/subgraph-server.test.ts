import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  ACCESS_TOKEN_AUDIENCE,
  createGatewayKey,
  createGatewayKeyring,
  createKeySource,
  createTokenVerifier,
  type Principal,
} from '@logicspike/auth'
import { tokenForge } from '@logicspike/auth/testing'
import { conflict, internal } from '@logicspike/errors'
import {
  createInternalServer,
  handleInternalCall,
  tenancyEpochBumps,
} from '@logicspike/internal-api'
import { createLogger } from '@logicspike/telemetry'
import { parse } from 'graphql'
import { createSubgraphServer, type SubgraphServer, type VerifiedRequest } from '../src/index.ts'

const clock = { now: () => new Date() }
const issuer = 'http://issuer.test'
const forge = tokenForge({ issuer, audience: ACCESS_TOKEN_AUDIENCE, clock })
const gatewayKey = createGatewayKey('gateway')
const strangerKey = createGatewayKey('stranger')
const keyring = createGatewayKeyring([
  { caller: 'gateway', sha256: gatewayKey.sha256 },
  { caller: 'stranger', sha256: strangerKey.sha256 },
])
const lines: Record<string, unknown>[] = []
const log = createLogger({ name: 'test' }, { write: (line) => lines.push(JSON.parse(line)) })

const typeDefs = parse(`
  scalar DateTime
  type Query { whoAmI: String at: DateTime broken: String busy: String }
  type Mutation { greet: String }
`)

type Context = VerifiedRequest & { readonly actor: Principal | null }

const resolvers = {
  Query: {
    whoAmI: (_: unknown, __: unknown, ctx: Context) => ctx.actor?.userId ?? null,
    at: () => new Date('2026-01-31T09:30:00Z'),
    broken: () => {
      throw internal('password of the database is hunter2')
    },
    busy: () => {
      throw conflict()
    },
  },
  Mutation: {
    greet: (_: unknown, __: unknown, ctx: Context) => {
      ctx.setCookie('greeted=1; HttpOnly')
      return ctx.cookies.name ?? 'stranger'
    },
  },
}

let server: SubgraphServer
let origin: string
let ready = true

beforeAll(async () => {
  const keySource = createKeySource({ fetchJwks: async () => forge.jwks(), clock })
  server = await createSubgraphServer<Context>({
    name: 'example',
    typeDefs: [typeDefs],
    resolvers,
    createContext: (request) => request,
    verifier: createTokenVerifier({ issuer, audience: ACCESS_TOKEN_AUDIENCE, keySource, clock }),
    keyring,
    internal: createInternalServer(
      [
        handleInternalCall(tenancyEpochBumps, async ({ since }) => [
          { subject: 'session:x', epoch: 1, bumpedAt: since },
        ]),
      ],
      keyring,
    ),
    log,
    readiness: {
      database: async () => {
        if (!ready) throw new Error('down')
      },
    },
  })
  origin = `http://127.0.0.1:${await server.listen(0)}`
})

afterAll(() => server.close())

type Answer = { status: number; body: Record<string, unknown>; cookie: string | null }

async function post(path: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
  const response = await fetch(origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return {
    status: response.status,
    body: (await response.json()) as Record<string, unknown>,
    cookie: response.headers.get('set-cookie'),
  }
}

const overHttp = (query: string, headers: Record<string, string>) =>
  post('/graphql', { query }, headers)
const inProcess = async (query: string, headers: Record<string, string>): Promise<Answer> => {
  const answer = await server.executeInProcess({ query, headers })
  return {
    status: 200,
    body: JSON.parse(JSON.stringify(answer.result)),
    cookie: answer.headers['set-cookie'][0] ?? null,
  }
}
const key = { 'x-gateway-key': gatewayKey.value }
const refused = { errors: [expect.objectContaining({ extensions: { code: 'UNAUTHENTICATED' } })] }

describe.each([
  ['over HTTP', overHttp],
  ['in process', inProcess],
])('a subgraph %s', (_, ask) => {
  test.each([
    ['no gateway key', {}],
    ['a wrong key', { 'x-gateway-key': 'gateway.wrong' }],
    [
      'a key of another caller under the gateway’s name',
      {
        'x-gateway-key': strangerKey.value.replace('stranger', 'gateway'),
      },
    ],
  ])('F2, F3: refuses even _service with %s', async (_case, headers) => {
    expect((await ask('{ _service { sdl } }', headers)).body).toEqual(refused)
  })

  test('F3: identity headers without a token make nobody', async () => {
    const forged = { 'x-user-id': 'usr_1', 'x-tenant-id': 'wks_1', 'x-user-permissions': 'all' }
    expect((await ask('{ whoAmI }', { ...key, ...forged })).body).toEqual({
      data: { whoAmI: null },
    })
  })

  test.each([
    [
      'is in every line of its log',
      '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      true,
    ],
    ['is in none where it is malformed', '00-4bf92f3577b34da6a3ce929d0e0e4736-none', false],
  ])('the trace of a request %s', async (_case, traceparent, isLogged) => {
    lines.length = 0
    await ask('{ broken }', { ...key, traceparent })
    expect(lines.map(({ traceId }) => traceId)).toEqual([
      isLogged ? '4bf92f3577b34da6a3ce929d0e0e4736' : undefined,
    ])
  })

  test('a verified token names the caller', async () => {
    const token = forge.sign()
    const { body } = await ask('{ whoAmI }', { ...key, authorization: `Bearer ${token}` })
    expect(body).toEqual({ data: { whoAmI: forge.claims().sub } })
  })

  test.each([
    ['garbage', 'Bearer garbage'],
    ['another scheme', 'Basic dXNlcjpwYXNz'],
    ['two tokens', 'Bearer a b'],
  ])(
    'refuses %s as a credential rather than going on anonymously',
    async (_case, authorization) => {
      expect((await ask('{ whoAmI }', { ...key, authorization })).body).toEqual(refused)
    },
  )

  test('internal detail of an error never leaves', async () => {
    const { body } = await ask('{ broken at }', key)
    expect(body.data).toEqual({ broken: null, at: '2026-01-31T09:30:00.000Z' })
    expect(JSON.stringify(body)).not.toContain('hunter2')
    expect(body.errors).toEqual([
      expect.objectContaining({ path: ['broken'], extensions: { code: 'INTERNAL' } }),
    ])
  })

  test('a typed error keeps its code and path', async () => {
    expect((await ask('{ busy }', key)).body.errors).toEqual([
      expect.objectContaining({ path: ['busy'], extensions: { code: 'CONFLICT' } }),
    ])
  })

  test('reads cookies and sets cookies', async () => {
    const answer = await ask('mutation { greet }', { ...key, cookie: 'a=b; name=Ann; name=Eve' })
    expect(answer.body).toEqual({ data: { greet: 'Ann' } })
    expect(answer.cookie).toBe('greeted=1; HttpOnly')
  })
})

describe('internal calls', () => {
  const since = '2026-01-01T00:00:00.000Z'

  test('answer a caller named in the contract', async () => {
    const { status, body } = await post('/internal/recent-epoch-bumps', { since }, key)
    expect(status).toBe(200)
    expect(body).toEqual([{ subject: 'session:x', epoch: 1, bumpedAt: since }])
  })

  test.each([
    ['no key', {}, { since }, 401],
    ['a caller the contract does not name', { 'x-gateway-key': strangerKey.value }, { since }, 403],
    ['malformed input', key, { since: 'yesterday' }, 400],
    ['input with more than asked', key, { since, tenantId: 'wks_1' }, 400],
  ])('refuse %s', async (_, headers, body, status) => {
    expect((await post('/internal/recent-epoch-bumps', body, headers)).status).toBe(status)
  })

  test('an unknown call does not exist', async () => {
    expect((await post('/internal/drop-everything', {}, key)).status).toBe(404)
  })
})

describe('health', () => {
  const get = async (path: string) => {
    const response = await fetch(origin + path)
    return { status: response.status, body: await response.json() }
  }

  test('is alive, and ready only while every part is', async () => {
    expect((await get('/healthz')).status).toBe(200)
    expect(await get('/readyz')).toEqual({
      status: 200,
      body: { status: 'ready', parts: { database: 'ready' } },
    })
    ready = false
    expect(await get('/readyz')).toEqual({
      status: 503,
      body: { status: 'not-ready', parts: { database: 'not-ready' } },
    })
    ready = true
  })
})

describe('malformed requests', () => {
  const raw = (body: string) =>
    fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...key },
      body,
    })

  test.each([['{'], ['[]'], ['{"query":1}'], ['null']])('%s is a 400', async (body) => {
    const response = await raw(body)
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ code: 'BAD_REQUEST' })
  })
})
