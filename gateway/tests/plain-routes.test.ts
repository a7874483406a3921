import type { IncomingHttpHeaders } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { sendRaw } from './support/raw-http.ts'
import { identity as story } from './support/story-subgraphs.ts'
import type { SubgraphDefinition } from './support/test-subgraph.ts'

type Call = { method: string; url: string; headers: IncomingHttpHeaders; body: string }
const calls: Call[] = []

/** Identity with routes that answer with what they were asked, and some that are not for clients. */
const identity: SubgraphDefinition = {
  ...story,
  routes(http) {
    http.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_, body, done) => done(null, body),
    )
    http.route({
      method: ['GET', 'POST'],
      url: '/*',
      handler: async (request, reply) => {
        const { method, url, headers } = request
        const body =
          typeof request.body === 'string' ? request.body : JSON.stringify(request.body ?? '')
        calls.push({ method, url, headers, body })
        if (url.startsWith('/auth/google/start')) {
          return reply
            .header('set-cookie', ['__Host-ls_google=state; Secure; HttpOnly', 'b=2'])
            .redirect('https://accounts.example/authorize?state=s')
        }
        return reply
          .code(url.includes('fail') ? 401 : 200)
          .header('x-internal', 'pod-7')
          .header('server', 'secret/1.0')
          .header('www-authenticate', 'Basic realm="oauth"')
          .header('cache-control', 'no-store')
          .send({ url })
      },
    })
  },
}

const modes = ['http', 'in-process'] as const

describe.each(modes)('identity’s plain routes, %s', (mode) => {
  let tester: GatewayTester<'identity'>

  beforeAll(async () => {
    tester = await createGatewayTester({
      definitions: { identity },
      mode,
      corsOrigins: ['https://console.example'],
      maxBodyBytes: 1_000,
    })
  })
  beforeEach(() => {
    calls.length = 0
  })
  afterAll(() => tester.close())

  test.each([
    '/oauth/authorize?client_id=a&x=%2F..%2F',
    '/auth/google/callback?code=c&state=s',
    '/.well-known/openid-configuration',
    '/.well-known/jwks.json',
  ])('GET %s is passed on as it is', async (path) => {
    const response = await fetch(`${tester.url}${path}`)
    expect(await response.json()).toEqual({ url: path })
    expect(calls).toMatchObject([{ method: 'GET', url: path }])
  })

  test('a form is passed on with the client’s authentication, which is not judged here', async () => {
    const response = await fetch(`${tester.url}/oauth/token`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: 'Basic Y2xpZW50OnNlY3JldA==',
      },
      body: 'grant_type=client_credentials&scope=a%20b',
    })
    expect(response.status).toBe(200)
    expect(calls).toMatchObject([
      {
        method: 'POST',
        url: '/oauth/token',
        body: 'grant_type=client_credentials&scope=a%20b',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: 'Basic Y2xpZW50OnNlY3JldA==',
          'x-gateway-key': tester.gatewayKey,
          'x-client-ip': '127.0.0.1',
        },
      },
    ])
  })

  test('forged headers and foreign cookies stay outside', async () => {
    await sendRaw(tester.port, 'GET /oauth/authorize HTTP/1.1', [
      'x-user-id: FORGED',
      'X-Gateway-Key: identity.FORGED',
      'x-forwarded-host: FORGED',
      'Forwarded: host=FORGED',
      'X-Request-Id: FORGED FORGED',
      'x-client-ip: FORGED',
      'Cookie: session=FORGED; __Host-ls_refresh=mine',
    ])
    expect(JSON.stringify(calls[0]?.headers)).not.toContain('FORGED')
    expect(calls[0]?.headers).toMatchObject({
      cookie: '__Host-ls_refresh=mine',
      'x-gateway-key': tester.gatewayKey,
    })
  })

  test('a session is not used for a page that is a stranger’s', async () => {
    const send = (origin: string) =>
      sendRaw(tester.port, 'POST /oauth/token HTTP/1.1', [
        `Origin: ${origin}`,
        'Cookie: __Host-ls_refresh=mine',
        'Content-Length: 0',
      ])
    await send('https://evil.example')
    await send('https://console.example')
    expect(calls.map(({ headers }) => headers.cookie)).toEqual([
      undefined,
      '__Host-ls_refresh=mine',
    ])
  })

  test('redirects and cookies of the sign-in come back, headers of the inside do not', async () => {
    const response = await fetch(`${tester.url}/auth/google/start`, { redirect: 'manual' })
    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toBe('https://accounts.example/authorize?state=s')
    expect(response.headers.getSetCookie()).toEqual([
      '__Host-ls_google=state; Secure; HttpOnly',
      'b=2',
    ])
    const failed = await fetch(`${tester.url}/oauth/fail`)
    expect(failed.status).toBe(401)
    expect(failed.headers.get('www-authenticate')).toBe('Basic realm="oauth"')
    expect(failed.headers.get('cache-control')).toBe('no-store')
    expect(failed.headers.has('x-internal')).toBe(false)
    expect(failed.headers.get('server')).toBeNull()
  })

  test.each([
    '/internal/describe-users',
    '/oauth/../internal/describe-users',
    '/oauth/%2e%2e/internal/describe-users',
    '/oauth/%2E%2E/internal/describe-users',
    '/oauth/..%2finternal/describe-users',
    '/oauth/.%2e/internal',
    '/oauth//internal',
    '/oauth/./internal',
    '/oauth\\..\\internal',
    '/oauth/..;/internal',
    '/oauth/%00',
    '/oauth/a%2fb',
    '//oauth/token',
    '/OAUTH/token',
    '/oauth',
    '/oauthx/token',
    '/.well-known/other',
    '/graphql/../internal/x',
    'http://other.example/internal/describe-users',
  ])('%s leads nowhere', async (path) => {
    const { status } = await sendRaw(tester.port, `GET ${path} HTTP/1.1`, [])
    expect([400, 404]).toContain(status)
    expect(calls).toEqual([])
  })

  test.each([
    ['PUT', 404],
    ['DELETE', 404],
  ])('%s is not passed on', async (method, status) => {
    expect((await fetch(`${tester.url}/oauth/token`, { method })).status).toBe(status)
    expect(calls).toEqual([])
  })

  test('a body over the limit is refused before it is read', async () => {
    const answer = await sendRaw(
      tester.port,
      'POST /oauth/token HTTP/1.1',
      ['Content-Type: application/x-www-form-urlencoded', 'Content-Length: 5000'],
      { body: 'x', ownLength: true },
    )
    expect(answer.status).toBe(413)
    expect(answer.body).toContain('"PAYLOAD_TOO_LARGE"')
    expect(calls).toEqual([])
  })

  test('a body of unknown length is refused', async () => {
    const answer = await sendRaw(
      tester.port,
      'POST /oauth/token HTTP/1.1',
      ['Content-Type: application/x-www-form-urlencoded', 'Transfer-Encoding: chunked'],
      { body: '1\r\nx\r\n0\r\n\r\n', ownLength: true },
    )
    expect(answer.status).toBe(400)
    expect(calls).toEqual([])
  })
})

test('while identity is down its routes say so, and nothing else', async () => {
  await using tester = await createGatewayTester({ definitions: { identity } })
  await tester.subgraphs.identity.close()
  const response = await fetch(`${tester.url}/.well-known/jwks.json`)
  expect(response.status).toBe(503)
  expect(await response.json()).toEqual({
    title: 'A part of the platform cannot be reached right now.',
    status: 503,
    code: 'UPSTREAM_UNAVAILABLE',
    requestId: response.headers.get('x-request-id'),
  })
})

test('what mail programs call reaches communication, without a session or a token', async () => {
  const asked: { method: string; url: string; headers: IncomingHttpHeaders; body: unknown }[] = []
  const communication: SubgraphDefinition = {
    sdl: 'type Query { letters: Int @public }',
    resolvers: {},
    routes(http) {
      http.addContentTypeParser('*', { parseAs: 'string' }, (_, body, done) => done(null, body))
      http.route({
        method: ['GET', 'POST'],
        url: '/*',
        handler: async ({ method, url, headers, body }, reply) => {
          asked.push({ method, url, headers, body })
          return reply.header('content-security-policy', "default-src 'self'").send('done')
        },
      })
    },
  }
  await using tester = await createGatewayTester({ definitions: { identity, communication } })
  const body = new FormData()
  body.set('List-Unsubscribe', 'One-Click')
  const form = new Request('http://unused.test', { method: 'POST', body })
  const response = await fetch(`${tester.url}/communication/unsubscribe?token=a.b&lang=de`, {
    method: 'POST',
    headers: {
      'content-type': form.headers.get('content-type') ?? '',
      authorization: 'Bearer FORGED',
      cookie: '__Host-ls_refresh=mine',
    },
    body: await form.arrayBuffer(),
  })
  expect([response.status, await response.text()]).toEqual([200, 'done'])
  expect(response.headers.get('content-security-policy')).toBe("default-src 'self'")
  expect(asked).toMatchObject([
    { method: 'POST', url: '/communication/unsubscribe?token=a.b&lang=de' },
  ])
  expect(asked[0]?.body).toContain('One-Click')
  expect(asked[0]?.headers).not.toHaveProperty('cookie')
  expect(asked[0]?.headers).not.toHaveProperty('authorization')
  for (const path of ['/communication', '/communication/unsubscribe/x', '/communication/graphql'])
    expect((await fetch(tester.url + path)).status).toBe(404)
  expect(asked).toHaveLength(1)
})
