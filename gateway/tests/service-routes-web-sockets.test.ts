import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import WebSocket, { WebSocketServer } from 'ws'
import { clock, type GatewayTester } from './support/gateway-tester.ts'
import { createServiceTester, until } from './support/service-tester.ts'
import { createTestService, type TestService } from './support/test-service.ts'

let service: TestService
let sockets: WebSocketServer
let tester: GatewayTester<'idle'>
const upgrades: IncomingMessage[] = []

beforeAll(async () => {
  service = await createTestService()
  sockets = new WebSocketServer({
    server: service.server,
    handleProtocols: (offered) => offered.has('chat') && 'chat',
    perMessageDeflate: true,
    verifyClient: ({ req }, done) =>
      req.url === '/full' ? done(false, 503, 'full', { 'retry-after': '7' }) : done(true),
  })
  sockets.on('connection', (socket, request) => {
    upgrades.push(request)
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }))
    socket.on('error', () => undefined)
  })
  tester = await createServiceTester(
    [
      {
        name: 'chat',
        prefix: '/chat/*',
        upstreams: [{ url: 'http://127.0.0.1:9' }, { url: service.origin }],
        webSockets: true,
        routes: {
          '/*': { GET: 'public' },
          '/rooms/:id': { GET: 'chat:rooms.read' },
        },
      },
      {
        name: 'still',
        prefix: '/still/*',
        upstreams: [{ url: service.origin }],
        routes: { '/*': { GET: 'public' } },
      },
      {
        name: 'gone',
        prefix: '/gone/*',
        upstreams: [{ url: 'http://127.0.0.1:9' }],
        webSockets: true,
        routes: { '/*': { GET: 'public' } },
      },
    ],
    {
      clock,
      corsOrigins: ['https://console.example'],
      streams: { sweepMs: 10, farewellMs: 100, connectionsPerPrincipal: 2 },
    },
  )
})
beforeEach(() => {
  upgrades.length = 0
  tester.log.length = 0
  service.reset()
})
afterAll(async () => {
  await tester.close()
  for (const socket of sockets.clients) socket.terminate()
  sockets.close()
  await service.close()
})

type Options = { headers?: Record<string, string>; protocols?: string[]; token?: string }

function open(path: string, { headers = {}, protocols = [], token }: Options = {}): WebSocket {
  return new WebSocket(tester.url.replace('http', 'ws') + path, protocols, {
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers },
  })
}

async function opened(path: string, options?: Options): Promise<WebSocket> {
  const socket = open(path, options)
  await once(socket, 'open')
  return socket
}

/** Status and body of the answer in place of a WebSocket. */
async function refused(path: string, options?: Options) {
  const socket = open(path, options)
  socket.on('error', () => undefined)
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage]
  const parts: Buffer[] = []
  for await (const part of response) parts.push(part)
  return {
    status: response.statusCode,
    headers: response.headers,
    text: String(Buffer.concat(parts)),
  }
}

const echoed = async (socket: WebSocket, data: string | Buffer) => {
  const answer = once(socket, 'message')
  socket.send(data)
  return (await answer)[0] as Buffer
}

const tokenFor = (...permissions: string[]) =>
  tester.forge.sign(tester.forge.claims({ services: ['chat'], scope: permissions.join(' ') }))

const lines = () => tester.log.filter(({ msg }) => msg === 'service request')

describe('a WebSocket', () => {
  test('is carried both ways, text and binary, large and small, compressed or not', async () => {
    const socket = await opened('/chat/x?y=1')
    expect(socket.extensions).toContain('permessage-deflate')
    expect(upgrades[0]?.url).toBe('/x?y=1')
    expect(String(await echoed(socket, 'hello'))).toBe('hello')
    const large = Buffer.alloc(300_000, 'abc')
    expect((await echoed(socket, large)).equals(large)).toBe(true)
    socket.close(4001, 'enough')
    expect(await once(socket, 'close')).toEqual([4001, Buffer.from('enough')])
    await until(() => lines().length === 1)
    expect(lines()).toMatchObject([{ service: 'chat', route: '/*', status: 101 }])
  })

  test('is closed for the client as the service closes it', async () => {
    const socket = await opened('/chat/x')
    for (const it of sockets.clients) it.close(4321, 'by the service')
    expect(await once(socket, 'close')).toEqual([4321, Buffer.from('by the service')])
  })

  test('ends for the service when the client is gone', async () => {
    const socket = await opened('/chat/x')
    const [inside] = sockets.clients
    const gone = once(inside as WebSocket, 'close')
    socket.terminate()
    expect((await gone)[0]).toBe(1006)
  })

  test('speaks the protocol that the service chose', async () => {
    const socket = await opened('/chat/x', { protocols: ['other', 'chat'] })
    expect(socket.protocol).toBe('chat')
    socket.terminate()
  })

  test('carries who it is, and nothing forged', async () => {
    const token = tokenFor('chat:rooms.read')
    const headers = {
      'x-user-id': 'FORGED',
      x_user_id: 'FORGED',
      cookie: '__Host-ls_a=FORGED; b=1',
    }
    const socket = await opened('/chat/rooms/1', { token, headers })
    expect(upgrades[0]?.headers).toMatchObject({
      authorization: `Bearer ${token}`,
      'x-user-id': expect.stringMatching(/^usr_/),
      'x-user-permissions': 'chat:rooms.read',
      'x-gateway-key': tester.gatewayKey,
      'x-forwarded-prefix': '/chat',
      cookie: 'b=1',
    })
    expect(service.bytes()).not.toContain('FORGED')
    socket.terminate()
  })

  test('of a page that CORS allows is opened', async () => {
    const socket = await opened('/chat/x', { headers: { origin: 'https://console.example' } })
    socket.terminate()
  })
})

describe('refused with an HTTP answer is', () => {
  test.each([
    [
      'a page of strangers',
      '/chat/x',
      { headers: { origin: 'https://evil.example' } },
      403,
      'FORBIDDEN',
    ],
    ['nobody, where somebody is needed', '/chat/rooms/1', {}, 401, 'UNAUTHENTICATED'],
    ['a token that does not hold', '/chat/x', { token: 'a.b.c' }, 401, 'UNAUTHENTICATED'],
    ['a path of tricks', '/chat/%2e%2e%2fx', {}, 400, 'BAD_REQUEST'],
    ['an address of no service', '/nowhere/x', {}, 404, 'NOT_FOUND'],
    ['a service that takes none', '/still/x', {}, 400, 'BAD_REQUEST'],
    ['a service that is down', '/gone/x', {}, 503, 'UPSTREAM_UNAVAILABLE'],
  ])('%s', async (_, path, options, status, code) => {
    const answer = await refused(path, options)
    expect(answer.status).toBe(status)
    expect(JSON.parse(answer.text)).toMatchObject({ code, status })
    expect(upgrades).toEqual([])
  })

  test('who lacks the permission', async () => {
    const answer = await refused('/chat/rooms/1', { token: tokenFor('chat:rooms.write') })
    expect(JSON.parse(answer.text)).toMatchObject({
      code: 'FORBIDDEN',
      requiredScopes: [['chat:rooms.read']],
    })
  })

  test('whom the service refuses, in its words', async () => {
    const answer = await refused('/chat/full')
    expect([answer.status, answer.headers['retry-after'], answer.text]).toEqual([503, '7', 'full'])
  })

  test('who has too many already, until one of them ends', async () => {
    const token = tokenFor()
    const [one, two] = await Promise.all([
      opened('/chat/x', { token }),
      opened('/chat/x', { token }),
    ])
    expect((await refused('/chat/x', { token })).status).toBe(429)
    one.terminate()
    await until(() => lines().some(({ status }) => status === 101))
    const three = await opened('/chat/x', { token })
    two.terminate()
    three.terminate()
  })
})

test('what a client sends before it has its answer is not lost', async () => {
  const client = connect(tester.port, '127.0.0.1')
  const handshake = [
    'GET /chat/x HTTP/1.1',
    'Host: gateway.example',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ]
  // A text of two letters under a mask of zeros (RFC 6455 §5.2).
  const frame = Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69])
  client.write(Buffer.concat([Buffer.from(`${handshake.join('\r\n')}\r\n\r\n`), frame]))
  let received = ''
  client.on('data', (part) => {
    received += part.toString('latin1')
  })
  await until(() => received.endsWith('\x81\x02hi'))
  expect(received).toContain('101 Switching Protocols')
  client.destroy()
})

test('an answer that is no handshake is not taken for one', async () => {
  const fake = await createTestService()
  fake.server.on('upgrade', (_, socket) => {
    socket.end(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n',
    )
  })
  await using other = await createServiceTester([
    {
      name: 'fake',
      prefix: '/fake/*',
      upstreams: [{ url: fake.origin }],
      webSockets: true,
      routes: { '/*': { GET: 'public' } },
    },
  ])
  const socket = new WebSocket(`${other.url.replace('http', 'ws')}/fake/x`)
  socket.on('error', () => undefined)
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage]
  expect(response.statusCode).toBe(502)
  response.destroy()
  await fake.close()
})

test('tokens end, and with them what they opened: the client is told so', async () => {
  const socket = await opened('/chat/rooms/1', { token: tokenFor('chat:rooms.read') })
  const closed = once(socket, 'close')
  // In the middle of messages, the close still stands between two frames.
  socket.on('message', () => socket.readyState === socket.OPEN && socket.send('x'.repeat(70_000)))
  socket.send('x')
  await once(socket, 'message')
  clock.advance(310)
  expect(await closed).toEqual([4403, Buffer.from('Forbidden')])
})

test('the gateway stops: clients are told to come again', async () => {
  const service = await createTestService()
  const server = new WebSocketServer({ server: service.server })
  const other = await createServiceTester([
    {
      name: 'chat',
      prefix: '/chat/*',
      upstreams: [{ url: service.origin }],
      webSockets: true,
      routes: { '/*': { GET: 'public' } },
    },
  ])
  const socket = new WebSocket(`${other.url.replace('http', 'ws')}/chat/x`)
  await once(socket, 'open')
  const closed = once(socket, 'close')
  await other.close()
  expect(await closed).toEqual([1012, Buffer.from('Service restart')])
  server.close()
  await service.close()
})
