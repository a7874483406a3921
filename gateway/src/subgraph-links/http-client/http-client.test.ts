import { getEventListeners, once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, createServer as createPlainServer, type Socket } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { testCertificate } from '../../../tests/support/test-certificate.ts'
import { cancellationOf } from './cancellation.ts'
import { headerLines } from './header-lines.ts'
import { createHttpClient, type HttpClient, type HttpClientOptions } from './http-client.ts'

let server: Server | ReturnType<typeof createPlainServer>
let client: HttpClient
/** Those that were opened, in their order. */
let sockets: Socket[]

beforeEach(() => {
  sockets = []
})
afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  await Promise.all([client.close(), new Promise((resolve) => server.close(resolve))])
})

type Options = Partial<HttpClientOptions> & { scheme?: string; host?: string }

async function clientTo(made: typeof server, options: Options = {}): Promise<void> {
  const { scheme = 'http', host = '127.0.0.1', ...others } = options
  server = made
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => undefined)
    sockets.push(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  client = createHttpClient({
    url: new URL(`${scheme}://${host}:${port}/graphql?x=1`),
    timeoutMs: 5_000,
    connectTimeoutMs: 5_000,
    connections: 8,
    keepAliveMs: 5_000,
    maxResponseBytes: 1_000_000,
    ...others,
  })
}

const serverOf = (listener: RequestListener, options: Options = {}) =>
  clientTo(createServer({ keepAliveTimeout: 60_000 }, listener), options)

const HEADERS = headerLines({})
const post = (body = '', signal?: AbortSignal) =>
  client.post({ headers: HEADERS, body, cancellation: signal ? cancellationOf(signal) : null })

/** A server that answers when the test says so. */
async function heldServer(options: Options = {}) {
  const held: { body: string; answer(text?: string): void; broken: Promise<unknown> }[] = []
  let onRequest: () => void = () => undefined
  await serverOf(async (request, response) => {
    const broken = once(response, 'close')
    const body = Buffer.concat(await request.toArray()).toString()
    held.push({ body, answer: (text = body) => response.end(text), broken })
    onRequest()
  }, options)
  return {
    bodies: () => held.map(({ body }) => body),
    async at(index: number) {
      while (held.length <= index) {
        await new Promise<void>((resolve) => {
          onRequest = resolve
        })
      }
      return held[index] as (typeof held)[number]
    },
  }
}

/** A server of bytes: each text that comes is answered by what `answer` says. */
const serverOfBytes = (answer: (socket: Socket, count: number) => void, options: Options = {}) => {
  let count = 0
  return clientTo(
    createPlainServer((socket) => {
      socket.on('data', () => answer(socket, count++))
    }),
    options,
  )
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'

describe('a request', () => {
  test('is what a server of Node’s understands, and its answer what that wrote', async () => {
    await serverOf(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString()
      const { method, url, headers } = request
      response.writeHead(201, { 'set-cookie': ['a=1', 'b=2'] })
      response.end(JSON.stringify({ method, url, headers, body }))
    })
    const headers = headerLines({ 'x-request-id': 'req_1' })
    const { text, ...rest } = await client.post({ headers, body: '{"a":1}', cancellation: null })
    // Node's servers keep connections for as long as they say.
    expect(rest).toEqual({
      status: 201,
      setCookies: ['a=1', 'b=2'],
      keepMs: 59_000,
      plain: !text.includes('\\'),
    })
    expect(JSON.parse(text)).toEqual({
      method: 'POST',
      url: '/graphql?x=1',
      headers: {
        host: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        'content-type': 'application/json',
        accept: 'application/json',
        'x-request-id': 'req_1',
        'content-length': '7',
      },
      body: '{"a":1}',
    })
  })

  test.each([
    ['ASCII', 'ASCII'],
    ['Latin-1', 'Zürich'],
    ['three bytes a character', '日本語'],
    ['surrogates', '🎈'],
    ['half of a pair of surrogates', '\ud800 alone'],
    ['more than one write', 'x'.repeat(300_000)],
    ['more than one write of other characters', 'ü'.repeat(300_000)],
  ])('is as long as it says in bytes: %s', async (_, body) => {
    await serverOf((request, response) => request.pipe(response))
    const { text } = await post(body)
    expect(text).toBe(Buffer.from(body).toString())
    expect((await post('next')).text).toBe('next')
    expect(sockets).toHaveLength(1)
  })

  test('has the same headers, whatever its body is', async () => {
    await serverOf((request, response) => response.end(request.headers['x-name']))
    const headers = headerLines({ 'x-name': 'Zoë' })
    for (const body of ['plain', 'ü']) {
      expect((await client.post({ headers, body, cancellation: null })).text).toBe('Zoë')
    }
  })

  test('is sent to an IPv6 address as it is, whether or not anybody is there', async () => {
    await serverOf((_, response) => response.end('ok'), { host: '[::1]' })
    await expect(post()).rejects.toMatchObject({
      message: expect.stringMatching(/connect .* ::1:/),
    })
  })
})

describe('connections', () => {
  test('are as many as allowed; others wait, first come first served', async () => {
    const held = await heldServer({ connections: 2 })
    const answers = ['0', '1', '2', '3', '4'].map((body) => post(body))
    const [one, two] = [await held.at(0), await held.at(1)]
    expect(held.bodies().sort()).toEqual(['0', '1'])
    two.answer()
    expect((await held.at(2)).body).toBe('2')
    one.answer()
    expect((await held.at(3)).body).toBe('3')
    for (const at of [2, 3, 4]) (await held.at(at)).answer()
    expect((await Promise.all(answers)).map(({ text }) => text)).toEqual(['0', '1', '2', '3', '4'])
    expect(sockets).toHaveLength(2)
  })

  test('that the server closed between two requests are not used again', async () => {
    await serverOf((_, response) => response.end('ok'))
    await post()
    // Seen by us before the server knows it closed.
    sockets[0]?.end()
    await once(sockets[0] as Socket, 'close')
    expect((await post()).text).toBe('ok')
    expect(sockets).toHaveLength(2)
  })

  test.each([
    [
      'says that it closes them',
      'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok',
    ],
    ['speaks HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok'],
    ['keeps them for a second', OK.replace('\r\n', '\r\nkeep-alive: timeout=1\r\n')],
  ])('are not used again where the server %s', async (_, answer) => {
    await serverOfBytes((socket) => socket.write(answer))
    expect((await post()).text).toBe('ok')
    await once(sockets[0] as Socket, 'close')
    expect((await post()).text).toBe('ok')
    expect(sockets).toHaveLength(2)
  })

  test('older than we keep them are not used again', async () => {
    await serverOf((_, response) => response.end('ok'), { keepAliveMs: 0 })
    await post()
    await post()
    expect(sockets).toHaveLength(2)
  })

  test('that end with an answer of no told length give it, and are not used again', async () => {
    await serverOfBytes((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nto the end'))
    expect((await post()).text).toBe('to the end')
    expect((await post()).text).toBe('to the end')
    expect(sockets).toHaveLength(2)
  })

  test('on which something comes that nobody asked for are closed, and nobody gets it', async () => {
    await serverOfBytes((socket, count) => socket.write(OK.replace('ok', `a${count}`)))
    expect((await post()).text).toBe('a0')
    sockets[0]?.write(OK.replace('ok', 'no'))
    await once(sockets[0] as Socket, 'close')
    expect((await post()).text).toBe('a1')
    expect(sockets).toHaveLength(2)
  })

  test('with more than an answer on them are closed, and the answer is not trusted', async () => {
    await serverOfBytes((socket, count) => socket.write(count === 0 ? OK + OK : OK))
    await expect(post()).rejects.toMatchObject({ name: 'HttpError', kind: 'malformed' })
    expect((await post()).text).toBe('ok')
    expect(sockets).toHaveLength(2)
  })

  test('that fail make room for those who wait', async () => {
    await serverOfBytes(
      (socket, count) => (count === 0 ? socket.resetAndDestroy() : socket.write(OK)),
      { connections: 1 },
    )
    const [failed, next] = [post(), post()]
    await expect(failed).rejects.toMatchObject({ kind: 'broken' })
    expect((await next).text).toBe('ok')
  })

  test('that cannot be opened are told of as broken', async () => {
    await serverOf(() => undefined)
    server.close()
    await once(server, 'close')
    await expect(post()).rejects.toMatchObject({ kind: 'broken' })
  })

  test('that end in the middle of an answer are told of as broken', async () => {
    await serverOfBytes((socket) => socket.end(OK.slice(0, -1)))
    await expect(post()).rejects.toMatchObject({ kind: 'broken' })
  })
})

describe('an answer that is late', () => {
  const late = { name: 'HttpError', kind: 'late' }

  test('is given up while it is read, and so is its connection', async () => {
    await serverOfBytes((socket, count) => socket.write(count === 0 ? OK.slice(0, -1) : OK), {
      timeoutMs: 50,
    })
    await expect(post()).rejects.toMatchObject(late)
    expect((await post()).text).toBe('ok')
    expect(sockets).toHaveLength(2)
  })

  test('is given up while it waits for a connection', async () => {
    const held = await heldServer({ connections: 1, timeoutMs: 100 })
    const running = post('running')
    const waiting = post('waiting')
    await expect(running).rejects.toMatchObject(late)
    await expect(waiting).rejects.toMatchObject(late)
    const next = post('next')
    // Some may have been begun as their time was over.
    while (!held.bodies().includes('next')) await new Promise(setImmediate)
    ;(await held.at(held.bodies().indexOf('next'))).answer()
    expect((await next).text).toBe('next')
  })
})

describe('what nobody waits for any more', () => {
  const cancelled = { name: 'Cancelled' }

  test('is given up with its connection; others go on', async () => {
    const held = await heldServer({ connections: 2 })
    const control = new AbortController()
    const [gone, other] = [
      post('gone', control.signal),
      post('other', new AbortController().signal),
    ]
    const waiting = post('waiting')
    await held.at(1)
    const at = held.bodies().indexOf('gone')
    control.abort()
    await expect(gone).rejects.toMatchObject(cancelled)
    await (await held.at(at)).broken
    ;(await held.at(2)).answer()
    ;(await held.at(1 - at)).answer()
    expect((await other).text).toBe('other')
    expect((await waiting).text).toBe('waiting')
    expect(sockets.length).toBeLessThanOrEqual(3)
  })

  test('is not asked for where it waited; its place goes to the next', async () => {
    const held = await heldServer({ connections: 1 })
    const control = new AbortController()
    const running = post('running')
    const gone = post('gone', control.signal)
    const next = post('next')
    await held.at(0)
    control.abort()
    await expect(gone).rejects.toMatchObject(cancelled)
    ;(await held.at(0)).answer()
    ;(await held.at(1)).answer()
    expect((await running).text).toBe('running')
    expect((await next).text).toBe('next')
    expect(held.bodies()).toEqual(['running', 'next'])
    expect(sockets).toHaveLength(1)
  })

  test('is not begun where nobody waited from the beginning', async () => {
    await serverOf((_, response) => response.end('ok'))
    await expect(post('', AbortSignal.abort())).rejects.toMatchObject(cancelled)
    expect(sockets).toHaveLength(0)
  })

  test('is one listener of its signal, however much it was', async () => {
    const held = await heldServer()
    const control = new AbortController()
    const posts = [post('a', control.signal), post('b', control.signal)]
    await held.at(1)
    expect(getEventListeners(control.signal, 'abort')).toHaveLength(1)
    control.abort()
    const results = await Promise.allSettled(posts)
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })
})

describe('a client that is closed', () => {
  test('waits for what is under way, also for what waits for a connection', async () => {
    const held = await heldServer({ connections: 1 })
    const [one, two] = [post('one'), post('two')]
    await held.at(0)
    let areClosed = false
    const closed = Promise.all([client.close(), client.close()]).then(() => {
      areClosed = true
    })
    ;(await held.at(0)).answer()
    expect((await one).text).toBe('one')
    await held.at(1)
    expect(areClosed).toBe(false)
    ;(await held.at(1)).answer()
    expect((await two).text).toBe('two')
    await closed
    await once(sockets[0] as Socket, 'close')
  })

  test('takes no more', async () => {
    const held = await heldServer()
    const running = post('running')
    await held.at(0)
    const closed = client.close()
    await expect(post('more')).rejects.toMatchObject({ kind: 'broken' })
    ;(await held.at(0)).answer()
    await Promise.all([running, closed])
    expect(held.bodies()).toEqual(['running'])
  })
})

describe('a server that speaks TLS', () => {
  const trusted = getCACertificates('default')
  afterEach(() => setDefaultCACertificates(trusted))

  async function secureServer(host: string): Promise<string> {
    const certificate = await testCertificate()
    const made = createSecureServer(
      { ...certificate, keepAliveTimeout: 60_000 },
      (request, response) => request.pipe(response),
    )
    made.on('tlsClientError', () => undefined)
    await clientTo(made, { scheme: 'https', host })
    return certificate.cert as string
  }

  test('is asked where its certificate is trusted, on a connection that is kept', async () => {
    setDefaultCACertificates([await secureServer('localhost')])
    expect((await post('secret')).text).toBe('secret')
    expect((await post('ü'.repeat(50_000))).text).toBe('ü'.repeat(50_000))
    expect(sockets).toHaveLength(1)
  })

  test('is told nothing where nobody trusts its certificate', async () => {
    await secureServer('localhost')
    await expect(post('secret')).rejects.toMatchObject({ kind: 'broken' })
  })

  test('is told nothing where its certificate is another host’s', async () => {
    setDefaultCACertificates([await secureServer('127.0.0.1')])
    await expect(post('secret')).rejects.toMatchObject({
      kind: 'broken',
      message: expect.stringContaining('127.0.0.1'),
    })
  })
})

describe('header lines', () => {
  test.each([
    ['a line in a value', { 'x-a': 'a\r\nx-user-id: usr_1' }],
    ['LF in a value', { 'x-a': 'a\nb' }],
    ['CR in a value', { 'x-a': 'a\rb' }],
    ['NUL in a value', { 'x-a': 'a\0' }],
    ['DEL in a value', { 'x-a': 'a\x7f' }],
    ['what is a line once it is cut to bytes', { 'x-a': 'a\u010d\u010ab: c' }],
    ['a line in a name', { 'x-a: b\r\nx-c': 'd' }],
    ['a colon in a name', { 'x-a:': 'd' }],
    ['a space in a name', { 'x a': 'd' }],
    ['no name', { '': 'd' }],
  ])('are not made of %s', (_, headers) => {
    expect(() => headerLines(headers)).toThrow(TypeError)
    // Nor the second time.
    expect(() => headerLines(headers)).toThrow(TypeError)
  })

  test('are made once for what is the same object', () => {
    const headers = { authorization: 'Bearer x', 'x-name': 'Zoë\t,' }
    expect(headerLines(headers)).toBe(
      'content-type: application/json\r\naccept: application/json\r\n' +
        'authorization: Bearer x\r\nx-name: Zoë\t,\r\n',
    )
    expect(headerLines(headers)).toBe(headerLines({ ...headers }))
  })
})
