import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { GatewayTester } from './support/gateway-tester.ts'
import { sendRaw } from './support/raw-http.ts'
import { createServiceTester } from './support/service-tester.ts'
import { createTestService, type TestService } from './support/test-service.ts'

let service: TestService
let tester: GatewayTester<'idle'>

beforeAll(async () => {
  service = await createTestService()
  tester = await createServiceTester([
    {
      name: 'blog',
      prefix: '/blog/*',
      upstreams: [{ url: service.origin }],
      webSockets: true,
      routes: {
        '/*': { '*': 'public' },
        '/admin/*': { '*': 'blog:settings.manage' },
        '/posts/:id/drafts': { '*': 'authenticated' },
      },
    },
  ])
})
beforeEach(() => service.reset())
afterAll(async () => {
  await tester.close()
  await service.close()
})

/** Writes exactly these bytes and reads until the gateway ends the connection. */
function exchange(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(tester.port, '127.0.0.1')
    const parts: Buffer[] = []
    socket.on('error', reject)
    socket.on('data', (part) => parts.push(part))
    socket.on('close', () => resolve(Buffer.concat(parts).toString('latin1')))
    socket.write(bytes, 'latin1')
  })
}

const statuses = (answers: string): number[] =>
  [...answers.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))

/** What the service was asked for, line by line, from its own wire. */
const requestLines = (): string[] => service.bytes().match(/^\S+ \S+ HTTP\/1\.1$/gm) ?? []

describe('a path that could be read in another way', () => {
  const tricks = [
    '/blog/../graphql',
    '/blog/..',
    '/blog/.',
    '/blog/./admin',
    '/blog/x/../admin',
    '/blog/x/..%2fadmin',
    '/blog/%2e%2e/admin',
    '/blog/%2E%2E/admin',
    '/blog/.%2e/admin',
    '/blog/%252e%252e/admin',
    '/blog/%2e/admin',
    '/blog/x%2f..%2fadmin',
    '/blog/x%2Fadmin',
    '/blog%2fadmin',
    '/blog/%2fadmin',
    '/blog/%5cadmin',
    '/blog/x%5C..%5Cadmin',
    '/blog/x\\..\\admin',
    '/blog\\admin',
    '/blog/..\\admin',
    '/blog//admin',
    '//blog/admin',
    '/blog/x//admin',
    '/blog/admin//',
    '/blog/..;/admin',
    '/blog/admin;x=1',
    '/blog/;/admin',
    '/blog/admin%3b',
    '/blog/%61dmin',
    '/blog/adm%69n',
    '/blog/%41dmin',
    '/%62log/admin',
    '/blog/ADMIN',
    '/blog/Admin/x',
    '/BLOG/admin',
    '/blog/admin%00',
    '/blog/%00admin',
    '/blog/admin%0a',
    '/blog/admin%0d%0aX:%201',
    '/blog/admin%09',
    '/blog/admin%20',
    '/blog/admin%7f',
    '/blog/admin.',
    '/blog/admin./x',
    '/blog/admin...',
    '/blog/.admin',
    '/blog/.../admin',
    '/blog/admin%3f',
    '/blog/admin%3Fx',
    '/blog/admin%23',
    '/blog/admin#x',
    '/blog/x#/../admin',
    '/blog/x?a#b',
    '/blog/%c0%af/admin',
    '/blog/x%c0%ae%c0%ae/admin',
    '/blog/%e0%80%af',
    '/blog/%f8%80%80%80%af',
    '/blog/%ed%a0%80',
    '/blog/%ff',
    '/blog/caf\xe9',
    '/blog/%',
    '/blog/%2',
    '/blog/%zz',
    '/blog/%u002fadmin',
    '/blog/<admin>',
    '/blog/"admin"',
    '/blog/a|admin',
    '/blog/{admin}',
    '/blog/posts/1/DRAFTS',
    'http://other.example/blog/x',
    'http://gateway.example/blog/x',
    'http://gateway.example/../blog/admin',
    'https://user:pass@gateway.example/blog/x',
    'gateway.example/blog/x',
    'blog/x',
    '*',
    `/blog/${'a'.repeat(8_200)}`,
  ]

  test.each(tricks)('%s is refused and reaches nobody', async (path) => {
    const { status } = await sendRaw(tester.port, `GET ${path} HTTP/1.1`, [])
    expect([400, 404]).toContain(status)
    expect(service.bytes()).toBe('')
  })

  test('whatever it is made of: nothing but what its rule allows arrives, and that unchanged', async () => {
    const pieces = fc.constantFrom(
      ...['/', '//', '.', '..', '%2e', '%2f', '%5c', '\\', ';', '%', '%25', 'admin', 'ADMIN', 'x'],
      ...['%61', '%00', '%20', '~', '@', '%C3%A9', '?', '#', ':', '%3b', '*', 'posts', '-'],
    )
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 8 }), async (parts) => {
        service.reset()
        const path = `/blog/${parts.join('')}`
        const { status } = await sendRaw(tester.port, `GET ${path} HTTP/1.1`, [])
        const arrived = service.calls.map(({ url }) => url)
        expect([200, 400, 401, 404]).toContain(status)
        expect(arrived).toEqual(status === 200 ? [path.slice('/blog'.length)] : [])
        // As lenient a server as there is: decodes twice, folds case, resolves dots and slashes.
        for (const url of arrived) expect(asReadByAnybody(url)).not.toMatch(/^\/+admin(?:\/|$)/)
      }),
      { numRuns: 80, seed: 7 },
    )
  })

  test.each([
    ['/blog/a%20b/caf%C3%A9.jpg', '/a%20b/caf%C3%A9.jpg'],
    ['/blog/', '/'],
    ['/blog/x/', '/x/'],
    ["/blog/v1.2/a..b/~me/@you:x!$&'()*+,=", "/v1.2/a..b/~me/@you:x!$&'()*+,="],
    ['/blog/x?a=/../admin&b=%2e%2e&c=[1]|{}^`\\', '/x?a=/../admin&b=%2e%2e&c=[1]|{}^`\\'],
    ['/blog/x?', '/x?'],
    ['/blog/administrators', '/administrators'],
  ])('%s is not: it arrives byte by byte', async (path, arrived) => {
    const { status } = await sendRaw(tester.port, `GET ${path} HTTP/1.1`, [])
    expect(status).toBe(200)
    expect(requestLines()).toEqual([`GET ${arrived} HTTP/1.1`])
  })

  test.each([
    '/blog/admin',
    '/blog/admin/',
    '/blog/admin/x',
    '/blog/admin?x',
    '/blog/posts/1/drafts/',
  ])('%s is guarded, however it ends', async (path) => {
    const { status } = await sendRaw(tester.port, `GET ${path} HTTP/1.1`, [])
    expect(status).toBe(401)
    expect(service.bytes()).toBe('')
  })
})

function asReadByAnybody(url: string): string {
  let path = url.split(/[?#]/)[0] ?? ''
  for (let round = 0; round < 2; round += 1) {
    path = path.replaceAll(/%([0-9a-f]{2})/gi, (_, hex) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
  }
  const segments: string[] = []
  for (const segment of path.replaceAll('\\', '/').split('/')) {
    const name = segment
      .replace(/;.*$/, '')
      .replaceAll('\0', '')
      .replace(/[. ]+$/, '')
    if (segment === '..') segments.pop()
    else if (name !== '') segments.push(name)
  }
  return `/${segments.join('/')}`.toLowerCase()
}

describe('a forged header', () => {
  const forgeries = [
    ['x-user-id: FORGED'],
    ['X-USER-ID: FORGED', 'x-User-Id: FORGED'],
    ['X_User_Id: FORGED'],
    ['x_user-id: FORGED'],
    ['X-Tenant_Id: FORGED'],
    ['x-tenant-id: FORGED', 'X-Tenant-ID: FORGED'],
    ['x-user-permissions: FORGED:all'],
    ['X-User-Permissions-Extra: FORGED'],
    ['x-user-id:FORGED\tFORGED'],
    ['x-gateway-key: gateway.FORGED'],
    ['X_Gateway_Key: FORGED'],
    ['x-workspace-id: FORGED'],
    ['X-Forwarded-For: FORGED', 'X-Forwarded-User: FORGED'],
    ['X-Forwarded-Prefix: /FORGED'],
    ['x_forwarded_for: FORGED'],
    ['Forwarded: for=FORGED'],
    ['x-real-ip: FORGED'],
    ['x-client-ip: FORGED'],
    ['x-request-id: FORGED FORGED'],
    ['Via: FORGED'],
    ['X-Original-URL: /FORGED'],
    ['X-Rewrite-URL: /FORGED'],
    ['X-HTTP-Method-Override: FORGED'],
    ['x-http-method: FORGED'],
    ['X-Method-Override: FORGED'],
    ['Proxy-Authorization: FORGED'],
    ['Proxy-Connection: FORGED'],
    ['Keep-Alive: FORGED'],
    ['TE: FORGED'],
    ['Trailer: FORGED'],
    ['Connection: close, x-mine', 'x-mine: FORGED'],
    ['Connection: close', 'Connection: ,  X-Mine ,', 'x-mine: FORGED'],
    ['Connection: close, cookie', 'x-user-id: FORGED'],
    ['HTTP2-Settings: FORGED'],
    ['Cookie: __Host-ls_refresh=FORGED', 'cookie: a=1;__host-ls_x=FORGED;;'],
  ]

  test.each(forgeries.map((lines) => [lines.join(' | '), lines]))(
    '%s does not arrive',
    async (_, lines) => {
      const { status } = await sendRaw(tester.port, 'GET /blog/x HTTP/1.1', lines as string[])
      expect(status).toBe(200)
      expect(service.calls).toHaveLength(1)
      expect(service.bytes()).not.toContain('FORGED')
    },
  )

  test('in Connection takes nothing away that the gateway says itself', async () => {
    const token = tester.tokenWith('blog:posts.read')
    await sendRaw(tester.port, 'GET /blog/x HTTP/1.1', [
      `Authorization: Bearer ${token}`,
      'Connection: close, x-user-id, x-tenant-id, x-user-permissions, x-gateway-key, authorization, host',
    ])
    expect(service.calls[0]?.headers).toMatchObject({
      'x-user-id': expect.stringMatching(/^usr_/),
      'x-tenant-id': expect.stringMatching(/^wks_/),
      'x-user-permissions': 'blog:posts.read',
      'x-gateway-key': tester.gatewayKey,
      authorization: `Bearer ${token}`,
      host: new URL(service.origin).host,
    })
  })

  test.each([
    ['two', ['Host: gateway.example', 'Host: evil.example']],
    ['none', []],
    ['one with a path', ['Host: gateway.example/blog']],
    ['one with a user', ['Host: a@gateway.example']],
    ['one with a dot at its end', ['Host: gateway.example.']],
    ['one with a space', ['Host: gateway example']],
    ['an empty one', ['Host:']],
    ['one with a port that is none', ['Host: gateway.example:80x']],
    ['one with a comma', ['Host: a.example, b.example']],
  ])('hosts: %s is refused', async (_, lines) => {
    const answer = await exchange(
      ['GET /blog/x HTTP/1.1', 'Connection: close', ...lines, '', ''].join('\r\n'),
    )
    expect(statuses(answer)).toEqual([400])
    expect(service.bytes()).toBe('')
  })
})

describe('a request that two servers would cut in different places', () => {
  const INNER = 'GET /blog/admin/smuggled HTTP/1.1\r\nHost: gateway.example\r\n\r\n'
  const post = (lines: readonly string[], body: string) =>
    `${['POST /blog/x HTTP/1.1', 'Host: gateway.example', ...lines].join('\r\n')}\r\n\r\n${body}`

  test.each([
    [
      'a length and chunks',
      ['Content-Length: 4', 'Transfer-Encoding: chunked'],
      `0\r\n\r\n${INNER}`,
    ],
    [
      'chunks and a length',
      ['Transfer-Encoding: chunked', 'Content-Length: 60'],
      `0\r\n\r\n${INNER}`,
    ],
    ['two lengths', ['Content-Length: 0', 'Content-Length: 60'], INNER],
    ['two equal lengths', ['Content-Length: 1', 'Content-Length: 1'], 'x'],
    ['a list of lengths', ['Content-Length: 0, 60'], INNER],
    ['a length with a plus', ['Content-Length: +60'], INNER],
    ['a negative length', ['Content-Length: -1'], INNER],
    ['a length with a space in it', ['Content-Length: 6 0'], INNER],
    ['a length in hexadecimal', ['Content-Length: 0x3c'], INNER],
    ['a length that is empty', ['Content-Length: '], INNER],
    ['a space before the colon', ['Transfer-Encoding : chunked'], `0\r\n\r\n${INNER}`],
    ['a space before the colon of the length', ['Content-Length : 0'], INNER],
    ['an encoding nobody knows', ['Transfer-Encoding: xchunked'], `0\r\n\r\n${INNER}`],
    [
      'chunks that are not the last encoding',
      ['Transfer-Encoding: chunked, identity'],
      `0\r\n\r\n${INNER}`,
    ],
    [
      'two encodings',
      ['Transfer-Encoding: identity', 'Transfer-Encoding: chunked, cow'],
      `0\r\n\r\n${INNER}`,
    ],
    ['an encoding with a control in it', ['Transfer-Encoding: \x0bchunked'], `0\r\n\r\n${INNER}`],
    ['a folded header', ['X-A: b', ' Transfer-Encoding: chunked'], `0\r\n\r\n${INNER}`],
    ['a folded encoding', ['Transfer-Encoding:', ' chunked'], `0\r\n\r\n${INNER}`],
    ['a bare line feed', ['X-A: b\nContent-Length: 60'], INNER],
    ['a bare carriage return', ['X-A: b\rContent-Length: 60'], INNER],
    ['a NUL', ['X-A: b\0c'], INNER],
    ['a name with a space', ['X A: b'], INNER],
    ['a header without a name', [': b'], INNER],
    ['a chunk of a negative size', ['Transfer-Encoding: chunked'], `-1\r\n\r\n${INNER}`],
    ['a chunk of a size in words', ['Transfer-Encoding: chunked'], `0x0\r\n\r\n${INNER}`],
    ['a chunk with a bare line feed', ['Transfer-Encoding: chunked'], `1\nx\n0\n\n${INNER}`],
    [
      'a chunk that is longer than it says',
      ['Transfer-Encoding: chunked'],
      `1\r\nxyz\r\n0\r\n\r\n${INNER}`,
    ],
    [
      'a chunk extension with a line feed',
      ['Transfer-Encoding: chunked'],
      `1;a\nb\r\nx\r\n0\r\n\r\n${INNER}`,
    ],
  ])('%s is refused, and nothing of it is taken for another', async (_, lines, body) => {
    const answers = await exchange(post(lines, body))
    expect(statuses(answers).slice(0, 1)).toEqual([400])
    expect(statuses(answers)).not.toContain(200)
    expect(service.bytes()).not.toContain('smuggled')
    expect(service.calls).toEqual([])
  })

  test.each([
    ['GET with a length', 'GET', ['Content-Length: 5'], 'hello'],
    ['GET with chunks', 'GET', ['Transfer-Encoding: chunked'], '5\r\nhello\r\n0\r\n\r\n'],
    ['HEAD with a length', 'HEAD', ['Content-Length: 5'], 'hello'],
  ])('%s is refused, and what follows is the next request', async (_, method, lines, body) => {
    const first = `${method} /blog/x HTTP/1.1\r\nHost: gateway.example\r\n${lines.join('\r\n')}\r\n\r\n${body}`
    const next = 'GET /blog/next HTTP/1.1\r\nHost: gateway.example\r\nConnection: close\r\n\r\n'
    expect(statuses(await exchange(first + next))).toEqual([400, 200])
    expect(requestLines()).toEqual(['GET /next HTTP/1.1'])
  })

  test('requests after a refused one are judged by themselves', async () => {
    const one = (path: string, last = '') =>
      `GET ${path} HTTP/1.1\r\nHost: gateway.example\r\n${last}\r\n`
    const answers = await exchange(
      one('/blog/admin') +
        one('/blog/../x') +
        one('/nowhere') +
        one('/blog/y', 'Connection: close\r\n'),
    )
    expect(statuses(answers)).toEqual([401, 400, 404, 200])
    expect(requestLines()).toEqual(['GET /y HTTP/1.1'])
  })

  test('chunk extensions and trailers end here', async () => {
    const answers = await exchange(
      post(
        ['Transfer-Encoding: chunked', 'Trailer: x-user-id', 'Connection: close'],
        '5;name=FORGED\r\nhello\r\n0\r\nx-user-id: FORGED\r\n\r\n',
      ),
    )
    expect(statuses(answers)).toEqual([200])
    expect(service.calls).toMatchObject([{ method: 'POST', url: '/x', body: 'hello' }])
    expect(service.bytes()).not.toContain('FORGED')
  })

  test('a body that looks like a request stays one body', async () => {
    const answers = await exchange(
      post([`Content-Length: ${INNER.length}`, 'Connection: close'], INNER),
    )
    expect(statuses(answers)).toEqual([200])
    expect(service.calls).toMatchObject([{ method: 'POST', url: '/x', body: INNER }])
  })

  test('of HTTP/1.0 is answered and its connection closed', async () => {
    const answers = await exchange('GET /blog/x HTTP/1.0\r\nHost: gateway.example\r\n\r\n')
    expect(statuses(answers)).toEqual([200])
    expect(requestLines()).toEqual(['GET /x HTTP/1.1'])
  })

  test('of HTTP/1.0 that is to be kept alive is kept apart from the next', async () => {
    const answers = await exchange(
      'GET /blog/x HTTP/1.0\r\nHost: gateway.example\r\nConnection: keep-alive\r\n\r\n' +
        'GET /blog/y HTTP/1.0\r\nHost: gateway.example\r\n\r\n',
    )
    expect(statuses(answers)).toEqual([200, 200])
    expect(requestLines()).toEqual(['GET /x HTTP/1.1', 'GET /y HTTP/1.1'])
  })

  test.each([
    [
      'an upgrade to HTTP/2',
      ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'],
    ],
    ['an upgrade to a WebSocket and more', ['Connection: Upgrade', 'Upgrade: websocket, h2c']],
    ['an upgrade to what is no WebSocket', ['Connection: Upgrade', 'Upgrade: TLS/1.0']],
    [
      'a handshake without a key',
      ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
    ],
    [
      'a handshake of another version',
      [
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 8',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      ],
    ],
  ])('%s is refused, and opens nothing', async (_, lines) => {
    const answers = await exchange(
      `${['GET /blog/x HTTP/1.1', 'Host: gateway.example', ...lines].join('\r\n')}\r\n\r\n${INNER}`,
    )
    expect(statuses(answers)).toEqual([400])
    expect(service.bytes()).toBe('')
  })

  test('expectations are the gateway’s to meet', async () => {
    const answers = await exchange(
      post(['Content-Length: 5', 'Expect: 100-continue', 'Connection: close'], 'hello'),
    )
    expect(statuses(answers)).toEqual([100, 200])
    expect(service.bytes().toLowerCase()).not.toContain('expect')
    const other = await exchange(
      post(['Content-Length: 5', 'Expect: 200-maybe', 'Connection: close'], 'hello'),
    )
    expect(statuses(other)).toEqual([417])
  })

  test.each(['TRACE', 'CONNECT', 'PURGE', 'PROPFIND', 'get', 'GET,POST'])(
    '%s is no method of a service',
    async (method) => {
      const answer = await exchange(
        `${method} /blog/x HTTP/1.1\r\nHost: gateway.example\r\nConnection: close\r\n\r\n`,
      )
      expect(statuses(answer)).not.toContain(200)
      expect(service.bytes()).toBe('')
    },
  )
})
