import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { AppError, unauthenticated } from '@logicspike/errors'
import { newId } from '@logicspike/ids'
import { createApiKeys, type KeyUse } from '../src/service-routes/api-keys.ts'
import { clock, type GatewayTester } from './support/gateway-tester.ts'
import { createServiceTester } from './support/service-tester.ts'
import { createTestService, type TestService } from './support/test-service.ts'

/** Plays identity's part. */
const exchanged: { key: string; use: KeyUse }[] = []
let exchange: (key: string, use: KeyUse) => Promise<string>

let service: TestService
let tester: GatewayTester<'idle'>

const SECRET = `ls_${'s'.repeat(40)}`
const PUBLISHABLE = `pk_${'p'.repeat(40)}`

beforeAll(async () => {
  service = await createTestService()
  const routes = { '/*': { GET: 'public', POST: 'blog:posts.write' } }
  const upstreams = [{ url: service.origin }]
  const kinds = { credentials: ['secret-key', 'publishable-key'] }
  tester = await createServiceTester(
    [
      { name: 'blog', prefix: '/blog/*', upstreams, routes, ...kinds },
      { name: 'media', prefix: '/media/*', upstreams, routes, credentials: ['secret-key'] },
      { name: 'shop', prefix: '/shop/*', upstreams, routes, ...kinds },
    ],
    {
      clock,
      exchangeApiKey: (key, use) => {
        exchanged.push({ key, use })
        return exchange(key, use)
      },
    },
  )
})
beforeEach(() => {
  // Past the end of whatever an earlier test was given.
  clock.advance(400)
  exchanged.length = 0
  service.reset()
  exchange = async () => tokenOf()
})
afterAll(async () => {
  await tester.close()
  await service.close()
})

const tokenOf = (claims: Record<string, unknown> = {}) =>
  tester.forge.sign(
    tester.forge.serviceClaims({
      sub: 'key_1',
      client_id: 'key_1',
      tid: newId('workspace'),
      services: ['blog', 'media'],
      scope: 'blog:posts.write',
      ...claims,
    }),
  )

const call = (headers: Record<string, string>, path = '/blog/x', method = 'GET') =>
  fetch(tester.url + path, { method, headers })

const problemOf = async (answer: Promise<Response>) => {
  const response = await answer
  const { code } = (await response.json()) as { code: string }
  return [response.status, code]
}

test.each([
  ['x-api-key', { 'x-api-key': SECRET }],
  ['a bearer', { authorization: `Bearer ${SECRET}` }],
])('a key by %s is a token by the time it reaches the service', async (_, headers) => {
  const tid = newId('workspace')
  const token = tokenOf({ tid })
  exchange = async () => token
  expect((await call(headers, '/blog/x', 'POST')).status).toBe(200)
  expect(service.calls[0]?.headers).toMatchObject({
    authorization: `Bearer ${token}`,
    'x-tenant-id': tid,
    'x-user-permissions': 'blog:posts.write',
  })
  expect(service.calls[0]?.headers).not.toHaveProperty('x-user-id')
  expect(service.bytes()).not.toContain(SECRET)
  expect(JSON.stringify(tester.log)).not.toContain(SECRET)
})

test('who asks is told of the page and the address', async () => {
  await call({ 'x-api-key': PUBLISHABLE, origin: 'https://shop.example' })
  await call({ 'x-api-key': PUBLISHABLE, referer: 'https://other.example/page?x' })
  await call({ 'x-api-key': PUBLISHABLE })
  expect(exchanged).toEqual(
    ['https://shop.example', 'https://other.example', null].map((origin) => ({
      key: PUBLISHABLE,
      use: { origin, clientIp: '127.0.0.1' },
    })),
  )
})

test('a key is exchanged once for all who present it, until shortly before its token ends', async () => {
  await Promise.all(Array.from({ length: 10 }, () => call({ 'x-api-key': SECRET })))
  await call({ authorization: `Bearer ${SECRET}` })
  expect(exchanged).toHaveLength(1)
  clock.advance(271)
  await call({ 'x-api-key': SECRET })
  expect(exchanged).toHaveLength(2)
})

test('one exchange is enough for all who wait for it at once', async () => {
  const gate = Promise.withResolvers<string>()
  let asked = 0
  const apiKeys = createApiKeys({
    clock,
    exchange: () => {
      asked += 1
      return gate.promise
    },
  })
  const use = { origin: null, clientIp: '127.0.0.1' }
  const callers = Array.from({ length: 10 }, () =>
    apiKeys.identify(SECRET, use, tester.parts.verifier.verify),
  )
  await new Promise(setImmediate)
  expect(asked).toBe(1)
  const token = tokenOf()
  gate.resolve(token)
  const tokens = (await Promise.all(callers)).map(({ accessToken }) => accessToken)
  expect(new Set(tokens)).toEqual(new Set([token]))
})

test('a token that no longer holds is exchanged anew, and a key that is gone is refused then', async () => {
  await call({ 'x-api-key': SECRET })
  clock.advance(400)
  exchange = async () => {
    throw unauthenticated('revoked')
  }
  expect(await problemOf(call({ 'x-api-key': SECRET }))).toEqual([401, 'UNAUTHENTICATED'])
})

test.each([
  [
    'a token of somebody else’s making',
    async () => tokenOf({ iss: 'https://evil.example' }),
    [401, 'UNAUTHENTICATED'],
  ],
  [
    'a page the key is not for',
    async () => {
      throw new AppError('FORBIDDEN', 'This key is not for this domain.')
    },
    [403, 'FORBIDDEN'],
  ],
  [
    'an exchange that fails',
    async () => {
      throw new Error('connect ECONNREFUSED')
    },
    [503, 'UPSTREAM_UNAVAILABLE'],
  ],
])('%s lets nobody in', async (_, how, refusal) => {
  exchange = how
  expect(await problemOf(call({ 'x-api-key': SECRET }))).toEqual(refusal)
  expect(service.calls).toEqual([])
})

test('keys are held to kind, permission and entitlement like anybody', async () => {
  expect(await problemOf(call({ 'x-api-key': PUBLISHABLE }, '/media/x'))).toEqual([
    403,
    'FORBIDDEN',
  ])
  expect(await problemOf(call({ 'x-api-key': SECRET }, '/shop/x'))).toEqual([
    403,
    'ENTITLEMENT_REQUIRED',
  ])
  clock.advance(400)
  exchange = async () => tokenOf({ scope: 'blog:posts.read' })
  expect(await problemOf(call({ 'x-api-key': SECRET }, '/blog/x', 'POST'))).toEqual([
    403,
    'FORBIDDEN',
  ])
  expect(service.calls).toEqual([])
})

test.each([
  ['too short', 'ls_short'],
  ['of no known kind', `xx_${'a'.repeat(40)}`],
  ['a token', 'a.b.c'],
  ['empty', ''],
])('what is %s is no key, and nobody is asked', async (_, key) => {
  expect(await problemOf(call({ 'x-api-key': key }))).toEqual([401, 'UNAUTHENTICATED'])
  expect(exchanged).toEqual([])
})
