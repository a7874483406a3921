import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import type { Proxied } from '../src/service-routes/note-service.ts'
import type { GatewayTester } from './support/gateway-tester.ts'
import { createServiceTester, until } from './support/service-tester.ts'
import { createTestService, type TestService } from './support/test-service.ts'

let blog: TestService
let media: TestService
let tester: GatewayTester<'idle'>
const proxied: Proxied[] = []

beforeAll(async () => {
  blog = await createTestService('blog')
  media = await createTestService('media')
  tester = await createServiceTester(
    [
      {
        name: 'blog',
        prefix: '/blog/*',
        upstreams: [{ url: blog.origin }],
        credentials: ['user', 'service'],
        maxBodyBytes: 1_000,
        routes: {
          '/posts/*': { GET: 'public', POST: 'blog:posts.write' },
          '/posts/:id/comments': { '*': 'authenticated' },
          '/admin/*': { '*': ['blog:posts.write', 'blog:settings.manage'] },
        },
      },
      {
        name: 'media',
        prefix: '/files/media/*',
        upstreams: [{ url: media.origin }],
        entitlement: false,
        routes: { '/*': { GET: 'authenticated' } },
      },
    ],
    {
      corsOrigins: ['https://console.example'],
      trustedProxies: ['127.0.0.1'],
      onProxied: (it) => proxied.push(it),
    },
  )
})
beforeEach(() => {
  blog.reset()
  media.reset()
  tester.log.length = 0
  proxied.length = 0
})
afterAll(async () => {
  await tester.close()
  await Promise.all([blog.close(), media.close()])
})

type Options = RequestInit & { token?: string }

const call = (path: string, { token, headers, ...rest }: Options = {}) =>
  fetch(tester.url + path, {
    ...rest,
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers },
  })

const tokenOf = (claims: Record<string, unknown>) => tester.forge.sign(tester.forge.claims(claims))

describe('a request to a service', () => {
  test('reaches it under the path after its prefix, with its method, query and body', async () => {
    const response = await call('/blog/posts/1?x=%2F..&y', {
      method: 'POST',
      body: 'hello',
      token: tester.tokenWith('blog:posts.write'),
    })
    expect(await response.json()).toEqual({
      name: 'blog',
      method: 'POST',
      url: '/posts/1?x=%2F..&y',
      body: 'hello',
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/json')
    expect(response.headers.get('x-request-id')).toBe(blog.calls[0]?.headers['x-request-id'])
  })

  test('carries who calls, as it was verified, and the key of the gateway', async () => {
    const [sub, tid] = [newId('user'), newId('workspace')]
    const token = tokenOf({ sub, tid, scope: 'blog:posts.write tenancy:members.read' })
    await call('/blog/posts', { token })
    expect(blog.calls[0]?.headers).toMatchObject({
      'x-user-id': sub,
      'x-tenant-id': tid,
      'x-user-permissions': 'blog:posts.write tenancy:members.read',
      'x-gateway-key': tester.gatewayKey,
      authorization: `Bearer ${token}`,
    })
  })

  test('of another tenant carries theirs and nothing of the first', async () => {
    const tenants = [newId('workspace'), newId('workspace')]
    await Promise.all(tenants.map((tid) => call('/blog/posts', { token: tokenOf({ tid }) })))
    expect(blog.calls.map(({ headers }) => headers['x-tenant-id']).sort()).toEqual(tenants.sort())
  })

  test('of nobody carries no identity at all', async () => {
    await call('/blog/posts')
    const { headers } = blog.calls[0] ?? {}
    expect(headers).toMatchObject({ 'x-gateway-key': tester.gatewayKey })
    for (const name of ['x-user-id', 'x-tenant-id', 'x-user-permissions', 'authorization']) {
      expect(headers).not.toHaveProperty(name)
    }
  })

  test('says where it came from, in headers made anew', async () => {
    await call('/blog/posts', {
      headers: {
        'x-forwarded-for': '203.0.113.9',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'shop.example',
        'x-forwarded-prefix': '/forged',
        'x-real-ip': '203.0.113.66',
        forwarded: 'for=203.0.113.66',
      },
    })
    const { headers } = blog.calls[0] ?? {}
    expect(headers).toMatchObject({
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'shop.example',
      'x-forwarded-prefix': '/blog',
      host: new URL(blog.origin).host,
    })
    expect(headers).not.toHaveProperty('forwarded')
    expect(headers).not.toHaveProperty('x-real-ip')
  })

  test('keeps what clients and services tell one another', async () => {
    await call('/blog/posts', {
      headers: {
        'if-none-match': '"1"',
        'accept-language': 'de',
        'x-mine': 'a',
        range: 'bytes=0-1',
      },
    })
    expect(blog.calls[0]?.headers).toMatchObject({
      'if-none-match': '"1"',
      'accept-language': 'de',
      'x-mine': 'a',
      range: 'bytes=0-1',
    })
  })

  test('takes cookies along, but never those of the session', async () => {
    await call('/blog/posts', {
      headers: { cookie: 'a=1; __Host-ls_refresh=SECRET; b=__Host-ls_x; __HOST-LS_y=SECRET' },
    })
    expect(blog.calls[0]?.headers.cookie).toBe('a=1; b=__Host-ls_x')
  })

  test.each(['GET', 'HEAD'])('by %s has an answer', async (method) => {
    blog.answer((_, response) => response.setHeader('content-length', '5').end('hello'))
    const response = await call('/blog/posts', { method })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-length')).toBe('5')
    expect(await response.text()).toBe(method === 'HEAD' ? '' : 'hello')
  })

  test('of two segments in its prefix reaches the service', async () => {
    const response = await call('/files/media/a.jpg', { token: tester.tokenWith() })
    expect(await response.json()).toMatchObject({ name: 'media', url: '/a.jpg' })
  })
})

describe('an answer', () => {
  test.each([204, 304, 301, 404, 418, 500])('of status %i is the client’s', async (status) => {
    blog.answer((_, response) => response.writeHead(status, { location: '/x', etag: '"e"' }).end())
    const response = await call('/blog/posts', { redirect: 'manual' })
    expect(response.status).toBe(status)
    expect(response.headers.get('etag')).toBe('"e"')
    expect(response.headers.get('location')).toBe('/x')
  })

  test('says nothing that is the gateway’s to say', async () => {
    blog.answer((_, response) => {
      response
        .writeHead(200, {
          'x-user-id': 'FORGED',
          'X-Tenant-Id': 'FORGED',
          'x-user-permissions': 'FORGED',
          'x-gateway-key': 'FORGED',
          'x-request-id': 'FORGED',
          'ratelimit-remaining': 'FORGED',
          'access-control-allow-origin': 'https://FORGED.example',
          'strict-transport-security': 'max-age=0; FORGED',
          'clear-site-data': '"FORGED"',
          'alt-svc': 'FORGED',
          server: 'FORGED',
          connection: 'x-secret',
          'x-secret': 'FORGED',
          'keep-alive': 'FORGED',
          'proxy-authenticate': 'FORGED',
          'x-own': 'kept',
          'content-security-policy': "default-src 'self'",
        })
        .end()
    })
    const { headers } = await call('/blog/posts')
    expect(JSON.stringify([...headers])).not.toContain('FORGED')
    expect(headers.get('x-own')).toBe('kept')
    expect(headers.get('content-security-policy')).toBe("default-src 'self'")
  })

  test('sets cookies of the service, but never one of the session', async () => {
    blog.answer((_, response) => {
      response
        .setHeader('set-cookie', [
          'a=1; Path=/blog',
          '__Host-ls_refresh=FORGED; Secure; Path=/',
          ' __HOST-ls_refresh=FORGED',
          '=__Host-ls_refresh=FORGED',
          'b=2',
        ])
        .end()
    })
    const { headers } = await call('/blog/posts')
    expect(headers.getSetCookie()).toEqual(['a=1; Path=/blog', 'b=2'])
  })

  test('is shown to pages that CORS allows, by every method a service may take', async () => {
    const origin = 'https://console.example'
    const preflight = await call('/blog/posts', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'DELETE' },
    })
    expect(preflight.headers.get('access-control-allow-methods')).toContain('DELETE')
    const { headers } = await call('/blog/posts', { headers: { origin } })
    expect(headers.get('access-control-allow-origin')).toBe(origin)
  })
})

describe('refused', () => {
  const refused = async (path: string, options: Options = {}) => {
    const response = await call(path, options)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    const problem = (await response.json()) as Record<string, unknown>
    expect(problem).toMatchObject({
      status: response.status,
      requestId: response.headers.get('x-request-id'),
    })
    expect([blog.calls, media.calls]).toEqual([[], []])
    return { status: response.status, headers: response.headers, problem }
  }

  test.each([
    ['an address of no service', 'GET', '/unknown/x'],
    ['the prefix without its slash', 'GET', '/blog'],
    ['a prefix that only begins alike', 'GET', '/blogs/posts'],
    ['a path that the service does not name', 'GET', '/blog/internal'],
    ['a method that the path does not name', 'DELETE', '/blog/posts/1'],
    ['a prefix in capitals', 'GET', '/BLOG/posts'],
  ])('%s is 404', async (_, method, path) => {
    const { status, problem } = await refused(path, { method, token: tester.tokenWith() })
    expect([status, problem.code]).toEqual([404, 'NOT_FOUND'])
  })

  test('nobody is 401, and told how to sign in', async () => {
    const { status, headers, problem } = await refused('/blog/posts/1/comments')
    expect([status, problem.code]).toEqual([401, 'UNAUTHENTICATED'])
    expect(headers.get('www-authenticate')).toBe('Bearer')
  })

  test.each([
    ['garbage', 'not.a.token'],
    ['a token of another issuer', () => tokenOf({ iss: 'https://evil.example' })],
    [
      'an expired token',
      () => tokenOf({ exp: tester.forge.now() - 60, iat: tester.forge.now() - 90 }),
    ],
  ])('%s is 401, on a public route as well', async (_, token) => {
    const { status, headers, problem } = await refused('/blog/posts', {
      token: typeof token === 'string' ? token : token(),
    })
    expect([status, problem.code]).toEqual([401, 'UNAUTHENTICATED'])
    expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  })

  test.each([
    ['no permission', []],
    ['another one', ['blog:posts.read']],
    ['one that only begins alike', ['blog:posts.write-all']],
    ['one of the two that are needed', ['blog:settings.manage']],
  ])('who holds %s is 403, and told which are needed', async (_, held) => {
    const { status, headers, problem } = await refused('/blog/admin/x', {
      token: tester.tokenWith(...held),
    })
    expect([status, problem.code]).toEqual([403, 'FORBIDDEN'])
    expect(problem.requiredScopes).toEqual([['blog:posts.write', 'blog:settings.manage']])
    expect(headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_scope", scope="blog:posts.write blog:settings.manage"',
    )
  })

  test.each([
    ['a route for everybody signed in', '/blog/posts/1/comments', { services: [] }],
    ['a public one', '/blog/posts', { services: ['media'] }],
    [
      'a user without a workspace',
      '/blog/posts/1/comments',
      { tid: undefined, ep: { s: 0 }, services: [] },
    ],
  ])('a workspace without the service is 403, on %s', async (_, path, claims) => {
    const { status, problem } = await refused(path, { token: tokenOf(claims) })
    expect([status, problem.code, problem.service]).toEqual([403, 'ENTITLEMENT_REQUIRED', 'blog'])
  })

  test('a kind of credential that the service does not take is 403', async () => {
    const token = tester.forge.sign(tester.forge.serviceClaims())
    const { status, problem } = await refused('/files/media/a.jpg', { token })
    expect([status, problem.code, problem.acceptedCredentials]).toEqual([
      403,
      'FORBIDDEN',
      ['user'],
    ])
  })

  test('a body over the limit is 413, before any of it is read', async () => {
    const { status, problem } = await refused('/blog/posts', {
      method: 'POST',
      body: 'x'.repeat(1_001),
      token: tester.tokenWith('blog:posts.write'),
    })
    expect([status, problem.code, problem.maxBodyBytes]).toEqual([413, 'PAYLOAD_TOO_LARGE', 1_000])
  })

  test('API keys are 401 where nobody exchanges them', async () => {
    const key = `ls_${'a'.repeat(32)}`
    expect((await refused('/blog/posts', { headers: { 'x-api-key': key } })).status).toBe(401)
    expect((await refused('/blog/posts', { token: key })).status).toBe(401)
  })

  test('two credentials at once are 400, whichever of them holds', async () => {
    const { status, problem } = await refused('/blog/posts', {
      token: tester.tokenWith(),
      headers: { 'x-api-key': `ls_${'a'.repeat(32)}` },
    })
    expect([status, problem.code]).toEqual([400, 'BAD_REQUEST'])
  })
})

describe('let in', () => {
  test.each([
    [
      'who holds all that is needed',
      () => tester.tokenWith('blog:posts.write', 'blog:settings.manage'),
    ],
    [
      'a service of the platform’s own, which has no workspace',
      () =>
        tester.forge.sign(
          tester.forge.serviceClaims({ scope: 'blog:posts.write blog:settings.manage' }),
        ),
    ],
  ])('%s', async (_, token) => {
    expect((await call('/blog/admin/x', { token: token() })).status).toBe(200)
  })

  test('a workspace without the service, where it asks for no entitlement', async () => {
    expect((await call('/files/media/x', { token: tokenOf({ services: [] }) })).status).toBe(200)
  })

  test('a user without a workspace, as a reader of what is public', async () => {
    const token = tokenOf({ tid: undefined, ep: { s: 0 }, services: [] })
    expect((await call('/blog/posts', { token })).status).toBe(200)
  })
})

describe('the log', () => {
  const lines = () => tester.log.filter(({ msg }) => msg === 'service request')

  test('has one line for each request: the route, who and what came of it, nothing secret', async () => {
    const token = tokenOf({ scope: 'blog:posts.write' })
    const sent = { token, method: 'POST', body: 'SECRET', headers: { cookie: 'a=SECRET' } }
    const response = await call('/blog/posts/SECRET?key=SECRET', sent)
    await response.text()
    await until(() => lines().length === 1)
    expect(lines()).toMatchObject([
      {
        service: 'blog',
        method: 'POST',
        route: '/posts/*',
        status: 200,
        caller: { kind: 'user', userId: expect.any(String), workspaceId: expect.any(String) },
        requestId: response.headers.get('x-request-id'),
        durationMs: expect.any(Number),
      },
    ])
    expect(JSON.stringify(tester.log)).not.toMatch(/SECRET/)
    expect(JSON.stringify(tester.log)).not.toContain(token)
    expect(proxied).toEqual([{ service: 'blog', status: 200, durationMs: expect.any(Number) }])
  })

  test('tells of refusals as well', async () => {
    await call('/blog/admin/x')
    await until(() => lines().length === 1)
    expect(lines()).toMatchObject([
      {
        route: '/admin/*',
        status: 401,
        errorCode: 'UNAUTHENTICATED',
        caller: { kind: 'anonymous' },
      },
    ])
  })
})
