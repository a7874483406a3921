import { once } from 'node:events'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { connect as connectTls } from 'node:tls'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createLogger } from '@logicspike/telemetry'
import { Agent, fetch as undiciFetch } from 'undici'
import WebSocket from 'ws'
import { type Certificate, certificateFiles } from '../src/door/tls-certificate.ts'
import { createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { testCertificate } from './support/test-certificate.ts'
import type { SubgraphContext, SubgraphDefinition } from './support/test-subgraph.ts'

let slow = Promise.withResolvers<string>()
const identity: SubgraphDefinition = {
  sdl: `
    type Query { quick: String @public slow: String @public long: String @public me: String @authenticated }
    type Mutation { signIn: String @public }
    type Subscription { ticks: Int @public }`,
  resolvers: {
    Query: {
      quick: () => 'quick',
      slow: () => slow.promise,
      long: () => 'word '.repeat(100_000),
      me: () => 'Ada',
    },
    Mutation: { signIn: () => 'done' },
    Subscription: {
      ticks: {
        async *subscribe(_: unknown, __: unknown, { signal }: SubgraphContext) {
          for (let ticks = 1; !signal?.aborted; ticks += 1) {
            yield { ticks }
            await new Promise(setImmediate)
          }
        },
      },
    },
  },
}

let certificate: Certificate
let tester: GatewayTester<'identity'>
let authority: string
let client: ClientHttp2Session

async function start(): Promise<void> {
  tester = await createGatewayTester({
    definitions: { identity },
    certificate: { read: async () => certificate, watch: () => () => undefined },
    httpLimits: {
      checkMs: 20,
      requestMs: 500,
      stallMs: 500,
      headersMs: 500,
      concurrentStreams: 20,
    },
  })
  authority = `https://localhost:${tester.port}`
}

beforeAll(async () => {
  certificate = await testCertificate()
  await start()
})
beforeEach(() => {
  slow = Promise.withResolvers()
  tester.subgraphs.identity.received.length = 0
  client = open()
})
afterEach(() => {
  slow.resolve('')
  client.destroy()
})
afterAll(() => tester.close())

function open(): ClientHttp2Session {
  const session = connect(authority, { ca: certificate.cert })
  session.on('error', () => undefined)
  return session
}

type Got = { status: number; headers: Record<string, unknown>; body: string }

function post(query: string, headers: Record<string, string> = {}, session = client) {
  const stream = session.request({
    ':method': 'POST',
    ':path': '/graphql',
    'content-type': 'application/json',
    ...headers,
  })
  stream.end(JSON.stringify({ query }))
  return stream
}

async function closed(stream: ClientHttp2Stream): Promise<number> {
  stream.on('error', () => undefined)
  await new Promise<void>((resolve) => stream.once('close', () => resolve()))
  return stream.rstCode
}

async function answerOf(stream: ClientHttp2Stream): Promise<Got> {
  const [[headers], body] = await Promise.all([once(stream, 'response'), text(stream)])
  return { status: headers[':status'], headers, body }
}

const ask = async (...args: Parameters<typeof post>) => answerOf(post(...args))

const until = async (isSo: () => boolean) => {
  while (!isSo()) await new Promise(setImmediate)
}

describe('over HTTP/2', () => {
  test('many operations are answered on one connection at a time', async () => {
    const late = ask('{ slow }')
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask('{ quick }')))
    for (const { status, body } of answers) {
      expect({ status, body }).toEqual({ status: 200, body: '{"data":{"quick":"quick"}}' })
    }
    slow.resolve('late')
    expect((await late).body).toContain('late')
  })

  test('whoever sends a token is known, and a repeated one is refused', async () => {
    const token = tester.tokenWith()
    const known = await ask('{ me }', { authorization: `Bearer ${token}` })
    expect(known.body).toContain('Ada')
    expect((await ask('{ me }')).body).toContain('UNAUTHENTICATED')
  })

  test('answers are compressed, and bear what HTTP/1.1 bears, HSTS, and nothing of connections', async () => {
    const { headers } = await ask('{ long }', { 'accept-encoding': 'br' })
    expect(headers['content-encoding']).toBe('br')
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['strict-transport-security']).toMatch(/max-age=\d{7}/)
    expect(headers['x-request-id']).toEqual(expect.any(String))
    expect(headers).not.toHaveProperty('connection')
  })

  test('a page of this very host may use its session, by `:authority`', async () => {
    const cookie = '__Host-ls_session=s'
    const cookies = async (headers: Record<string, string>) => {
      tester.subgraphs.identity.received.length = 0
      await ask('mutation { signIn }', { cookie, ...headers })
      return tester.subgraphs.identity.received[0]?.headers.cookie
    }
    expect(await cookies({ origin: authority })).toBe(cookie)
    expect(await cookies({ origin: 'https://evil.example' })).toBeUndefined()
    const host = 'evil.example'
    const lied = { origin: `https://${host}`, host, ':authority': `localhost:${tester.port}` }
    expect(await cookies(lied)).toBeUndefined()
  })

  test('a stream of events ends at its source when the client leaves it, and the connection goes on', async () => {
    const stream = post('subscription { ticks }', { accept: 'text/event-stream' })
    await once(stream, 'data')
    stream.close(constants.NGHTTP2_CANCEL)
    await until(() => tester.log.some(({ msg, end }) => msg === 'stream ended' && end === 'left'))
    expect((await ask('{ quick }')).status).toBe(200)
  })

  test('what a client no longer waits for is not asked for any more', async () => {
    const stream = post('{ slow }')
    stream.on('error', () => undefined)
    await until(() => tester.subgraphs.identity.received.length === 1)
    const asked = performance.now()
    stream.close(constants.NGHTTP2_CANCEL)
    await until(() => tester.log.some(({ msg }) => msg === 'operation'))
    expect(performance.now() - asked).toBeLessThan(1_500)
  })

  test('the undici client gets the same', async () => {
    const agent = new Agent({ allowH2: true, connect: { ca: certificate.cert } })
    const response = await undiciFetch(`${authority}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ quick }' }),
      dispatcher: agent,
    })
    expect(await response.json()).toEqual({ data: { quick: 'quick' } })
    await agent.destroy()
  })
})

describe('beside HTTP/2, on the same port', () => {
  const h1 = (options: object = {}) =>
    connectTls({
      port: tester.port,
      ca: certificate.cert,
      servername: 'localhost',
      ALPNProtocols: ['http/1.1'],
      ...options,
    })

  test('HTTP/1.1 is answered', async () => {
    const socket = h1()
    socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*"status":"ok"/)
  })

  test('WebSockets are served by upgrade', async () => {
    const socket = new WebSocket(`wss://localhost:${tester.port}/graphql`, 'graphql-transport-ws', {
      ca: certificate.cert,
    })
    await once(socket, 'open')
    socket.send('{"type":"connection_init"}')
    expect(String((await once(socket, 'message'))[0])).toBe('{"type":"connection_ack"}')
    socket.close()
    await once(socket, 'close')
  })

  test('TLS before 1.2 is refused', async () => {
    const socket = h1({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })
    const [error] = await once(socket, 'error')
    expect(String(error)).toMatch(/protocol version|unsupported protocol/i)
  })

  test('a request that dribbles in is cut, as without TLS', async () => {
    const socket = h1()
    socket.write('POST /graphql HTTP/1.1\r\nhost: localhost\r\n')
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /)
  })
})

describe('of a client of HTTP/2 that misbehaves', () => {
  test('a request that never becomes whole is ended, and no other', async () => {
    const late = ask('{ slow }')
    const stream = client.request({
      ':method': 'POST',
      ':path': '/graphql',
      'content-type': 'application/json',
    })
    stream.write('{"query":')
    expect(await closed(stream)).toBe(constants.NGHTTP2_CANCEL)
    slow.resolve('late')
    expect((await late).body).toContain('late')
  })

  test('an answer of which nothing is taken is dropped', async () => {
    const stream = post('{ long }')
    expect(await closed(stream.pause())).toBe(constants.NGHTTP2_CANCEL)
    expect((await ask('{ quick }')).status).toBe(200)
  })

  test('more requests at a time than allowed are refused', async () => {
    await once(client, 'remoteSettings')
    expect(client.remoteSettings.maxConcurrentStreams).toBe(20)
  })

  test('headers over the limit are refused', async () => {
    // By now the client has heard of the limit, from when on it holds.
    await ask('{ quick }')
    const refused = client.request({ ':path': '/healthz', 'x-long': 'x'.repeat(20_000) })
    expect(await closed(refused.resume())).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM)
  })

  test('one that opens and resets streams without end is cut off (CVE-2023-44487)', async () => {
    await once(client, 'connect')
    const gone = new Promise<void>((resolve) => client.once('close', () => resolve()))
    let opened = 0
    for (; !client.closed && !client.destroyed && opened < 3_000; opened += 1) {
      const stream = client.request({ ':path': '/healthz' })
      stream.on('error', () => undefined)
      stream.close(constants.NGHTTP2_CANCEL)
      if (opened % 20 === 0) await new Promise(setImmediate)
    }
    await gone
    const another = open()
    expect((await ask('{ quick }', {}, another)).status).toBe(200)
    another.destroy()
  })
})

describe('a gateway that stops', () => {
  beforeEach(async () => {
    client.destroy()
    await tester.close()
    await start()
    client = open()
  })

  test('says goodbye to connections of HTTP/2, and ends what they have under way', async () => {
    const running = ask('{ slow }')
    const goodbye = once(client, 'goaway')
    await until(() => tester.subgraphs.identity.received.length === 1)
    tester.gateway.beginDrain()
    const [code] = await goodbye
    expect(code).toBe(constants.NGHTTP2_NO_ERROR)
    const gone = once(client, 'close')
    const stopped = tester.gateway.stop()
    slow.resolve('done')
    expect((await running).body).toContain('done')
    await Promise.all([gone, stopped])
  })

  test('waits for none that does nothing', async () => {
    await once(client, 'connect')
    const gone = once(client, 'close')
    const idle = connectTls({ port: tester.port, ca: certificate.cert, servername: 'localhost' })
    await once(idle, 'secureConnect')
    idle.resume()
    const ended = once(idle, 'close')
    await tester.gateway.stop()
    await Promise.all([gone, ended])
  })

  test('cuts what outlasts its time', async () => {
    const running = closed(post('{ slow }').resume())
    await until(() => tester.subgraphs.identity.received.length === 1)
    const stopped = tester.gateway.stop()
    tester.gateway.cutConnections()
    await Promise.all([running, stopped])
  })
})

describe('a new certificate', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gateway-tls-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const put = async ({ cert, key }: Certificate) => {
    await writeFile(join(folder, 'new.pem'), cert)
    await writeFile(join(folder, 'new-key.pem'), key)
    await rename(join(folder, 'new-key.pem'), join(folder, 'key.pem'))
    await rename(join(folder, 'new.pem'), join(folder, 'cert.pem'))
  }
  const shownAt = async (port: number) => {
    const socket = connectTls({ port, servername: 'localhost', rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const { subject } = socket.getPeerCertificate()
    socket.destroy()
    return subject.CN
  }

  test('is shown to new connections, those that are open go on, and a wrong one changes nothing', async () => {
    await put(await testCertificate('first'))
    const lines: string[] = []
    const log = createLogger({ name: 'test' }, { write: (line: string) => lines.push(line) })
    const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') }
    await using other = await createGatewayTester({
      definitions: { identity },
      certificate: certificateFiles({ ...files, log, intervalMs: 10 }),
    })
    const session = connect(`https://localhost:${other.port}`, { rejectUnauthorized: false })
    await once(session, 'connect')
    expect(await shownAt(other.port)).toBe('first')

    await put({ ...(await testCertificate('second')), key: 'none' })
    await until(() => lines.some((line) => line.includes('cannot be used')))
    expect(await shownAt(other.port)).toBe('first')

    await put(await testCertificate('third'))
    while ((await shownAt(other.port)) !== 'third') await new Promise(setImmediate)
    expect((await ask('{ quick }', {}, session)).status).toBe(200)
    session.destroy()
    expect(lines.join()).not.toContain('PRIVATE KEY')
  })

  test('whose key is another one’s keeps the gateway from starting', async () => {
    const [one, two] = [await testCertificate(), await testCertificate()]
    await put({ cert: one.cert, key: two.key })
    const source = certificateFiles({
      certFile: join(folder, 'cert.pem'),
      keyFile: join(folder, 'key.pem'),
      log: createLogger({ name: 'test', level: 'silent' }),
    })
    await expect(source.read()).rejects.toThrow(/key values mismatch/i)
  })
})
