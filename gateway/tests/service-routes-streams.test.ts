import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { createServer } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { clock, type GatewayTester } from './support/gateway-tester.ts'
import { createServiceTester, until } from './support/service-tester.ts'
import { createTestService, type TestService, textOf } from './support/test-service.ts'

let one: TestService
let two: TestService
let tester: GatewayTester<'idle'>

const declared = (name: string, ...urls: string[]) => ({
  name,
  prefix: `/${name}/*`,
  upstreams: urls.map((url) => ({ url })),
  timeoutMs: 300,
  maxBodyBytes: 100_000,
  routes: { '/*': { '*': 'public' } },
})

const NOWHERE = 'http://127.0.0.1:9'

beforeAll(async () => {
  one = await createTestService('one')
  two = await createTestService('two')
  tester = await createServiceTester(
    [
      declared('solo', one.origin),
      declared('pair', one.origin, two.origin),
      declared('half', NOWHERE, two.origin),
      declared('gone', NOWHERE),
    ],
    { clock, streams: { sweepMs: 10, connectionsPerPrincipal: 1 } },
  )
})
beforeEach(() => {
  one.reset()
  two.reset()
  tester.log.length = 0
})
afterAll(async () => {
  await tester.close()
  await Promise.all([one.close(), two.close()])
})

const call = (path: string, init?: RequestInit) => fetch(tester.url + path, init)

/** A request whose body and answer a test has in hand. */
function open(path: string, method = 'GET', headers: Record<string, string> = {}) {
  const request = httpRequest(tester.url + path, { method, headers, agent: false })
  const response = once(request, 'response').then(([it]) => it as IncomingMessage)
  response.catch(() => undefined)
  request.on('error', () => undefined)
  return { request, response }
}

const lines = () => tester.log.filter(({ msg }) => msg === 'service request')

describe('streams', () => {
  test('an upload arrives while it is still being sent', async () => {
    const arrived: string[] = []
    one.answer((request, response) => {
      request.on('data', (part) => arrived.push(String(part)))
      request.on('end', () => response.end('done'))
    })
    const { request, response } = open('/solo/upload', 'POST')
    request.write('first')
    await until(() => arrived.length === 1)
    request.end('last')
    expect(await textOf(await response)).toBe('done')
    expect(arrived).toEqual(['first', 'last'])
  })

  test('a download arrives while it is still being made', async () => {
    const ready = Promise.withResolvers<void>()
    one.answer((_, response) => {
      response.write('first')
      void ready.promise.then(() => response.end('last'))
    })
    const { request, response } = open('/solo/download')
    request.end()
    const parts = (await response).iterator()
    expect(String((await parts.next()).value)).toBe('first')
    ready.resolve()
    expect(String((await parts.next()).value)).toBe('last')
    expect((await parts.next()).done).toBe(true)
  })

  test('both ways at once', async () => {
    one.answer((request, response) => request.pipe(response))
    const { request, response } = open('/solo/both', 'POST')
    request.write('a')
    const parts = (await response).iterator()
    expect(String((await parts.next()).value)).toBe('a')
    request.end('b')
    expect(String((await parts.next()).value)).toBe('b')
  })

  test('a client that does not read makes the service wait', async () => {
    let written = 0
    one.answer((_, response) => {
      const part = Buffer.alloc(64 * 1024)
      const write = () => {
        while (written < 200 * 1024 * 1024) {
          written += part.length
          if (!response.write(part)) return void response.once('drain', write)
        }
        response.end()
      }
      write()
    })
    const { request, response } = open('/solo/endless')
    request.end()
    const answer = await response
    let before = -1
    while (before !== written) {
      before = written
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect(written).toBeLessThan(50 * 1024 * 1024)
    answer.destroy()
    await until(() => lines().length === 1)
  })

  test.each([
    ['before the answer', false],
    ['in the middle of it', true],
  ])('a client that goes %s takes its request with it', async (_, isAnswering) => {
    const gone = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    one.answer((_request, response) => {
      response.once('close', () => gone.resolve())
      if (isAnswering) response.write('first')
      asked.resolve()
    })
    const { request, response } = open('/solo/slow')
    request.end()
    await asked.promise
    if (isAnswering) await response
    request.destroy()
    await gone.promise
    await until(() => lines().length === 1)
    expect(lines()[0]?.status).toBe(isAnswering ? 200 : 499)
    // Nobody waits, so nothing is repeated and nothing failed.
    expect(tester.log.filter(({ level }) => Number(level) >= 40)).toEqual([])
  })

  test('a client that goes in the middle of its upload takes that with it', async () => {
    const aborted = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    one.answer((request) => {
      request.once('error', () => aborted.resolve())
      request.once('data', () => asked.resolve())
    })
    const { request } = open('/solo/upload', 'POST')
    request.write('first')
    await asked.promise
    request.destroy()
    await aborted.promise
  })

  test('an answer that breaks off is cut off for the client as well', async () => {
    one.answer((_, response) => {
      response.write('first', () => response.destroy())
    })
    await expect(call('/solo/x').then((it) => it.text())).rejects.toThrow()
  })
})

describe('a body of unknown length', () => {
  test('within the limit is passed on whole', async () => {
    const { request, response } = open('/solo/upload', 'POST')
    request.write('a'.repeat(50_000))
    request.end('b'.repeat(50_000))
    expect((await response).statusCode).toBe(200)
    expect(one.calls[0]?.body).toHaveLength(100_000)
  })

  test('over it is 413 as soon as it is, and never whole at the service', async () => {
    const { request, response } = open('/solo/upload', 'POST')
    request.write('a'.repeat(60_000))
    request.write('b'.repeat(60_000))
    const answer = await response
    expect(answer.statusCode).toBe(413)
    expect(JSON.parse(await textOf(answer))).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
    request.destroy()
    expect(one.calls).toEqual([])
  })

  test('that the service does not want is answered without waiting for its end', async () => {
    one.answer((_, response) => response.writeHead(403, { connection: 'close' }).end('no'))
    const { request, response } = open('/solo/upload', 'POST')
    request.write('a')
    const answer = await response
    expect([answer.statusCode, answer.headers.connection]).toEqual([403, 'close'])
    request.destroy()
  })
})

describe('failures', () => {
  const failed = async (path: string, init?: RequestInit) => {
    const response = await call(path, init)
    const { code, status } = (await response.json()) as { code: string; status: number }
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(status).toBe(response.status)
    return { status, code, retryAfter: response.headers.get('retry-after') }
  }

  test('no server is there: 503, and when to come again', async () => {
    expect(await failed('/gone/x')).toEqual({
      status: 503,
      code: 'UPSTREAM_UNAVAILABLE',
      retryAfter: '5',
    })
  })

  test('no answer in time: 504', async () => {
    one.answer(() => undefined)
    expect(await failed('/solo/x')).toMatchObject({ status: 504, code: 'UPSTREAM_TIMEOUT' })
  })

  test('the connection breaks off: 502', async () => {
    one.answer((request) => request.socket.destroy())
    expect(await failed('/solo/x')).toMatchObject({ status: 502, code: 'UPSTREAM_FAILED' })
  })

  test.each([
    ['what is no HTTP', 'SSH-2.0-OpenSSH_9.9\r\n'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
    ],
    ['a header with a line feed in it', 'HTTP/1.1 200 OK\r\nX-A: b\nSet-Cookie: c=1\r\n\r\n'],
    ['a status out of bounds', 'HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n'],
    ['headers without end', `HTTP/1.1 200 OK\r\nX-A: ${'a'.repeat(70_000)}\r\n\r\n`],
  ])('%s for an answer: 502', async (_, text) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => socket.end(text))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    await using other = await createServiceTester([declared('odd', `http://127.0.0.1:${port}`)])
    const response = await fetch(`${other.url}/odd/x`)
    expect(response.status).toBe(502)
    expect(await response.json()).toMatchObject({ code: 'UPSTREAM_FAILED' })
    server.close()
  })
})

describe('another server', () => {
  test('is asked where the first is not there, though not for what may have been done', async () => {
    const get = () => call('/half/x').then(({ status }) => status)
    expect(await Promise.all([get(), get(), get()])).toEqual([200, 200, 200])
    const post = () => call('/half/x', { method: 'POST', body: 'a' }).then(({ status }) => status)
    expect((await Promise.all([post(), post()])).sort()).toEqual([200, 503])
  })

  test('is asked once where the first breaks off', async () => {
    let asked = 0
    const breakOff = (request: IncomingMessage) => {
      asked += 1
      request.socket.destroy()
    }
    one.answer(breakOff)
    two.answer(breakOff)
    expect((await call('/pair/x')).status).toBe(502)
    expect(asked).toBe(2)
  })

  test.each(['POST', 'PATCH'])('is not asked for %s', async (method) => {
    let asked = 0
    const breakOff = (request: IncomingMessage) => {
      asked += 1
      request.socket.destroy()
    }
    one.answer(breakOff)
    two.answer(breakOff)
    expect((await call('/pair/x', { method })).status).toBe(502)
    expect(asked).toBe(1)
  })

  test('is not asked where the first is late, or says that it failed', async () => {
    one.answer(() => undefined)
    two.answer(() => undefined)
    expect((await call('/pair/x')).status).toBe(504)
    let asked = 0
    for (const service of [one, two]) {
      service.answer((_, response) => {
        asked += 1
        response.writeHead(500).end()
      })
    }
    expect((await call('/pair/x')).status).toBe(500)
    expect(asked).toBe(1)
  })
})

describe('an event stream', () => {
  const listen = async (token: string) => {
    one.answer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    })
    const { request, response } = open('/solo/events', 'GET', { authorization: `Bearer ${token}` })
    request.end()
    const answer = await response
    answer.on('error', () => undefined)
    return { answer, request }
  }

  test('is one of the connections that a caller may have', async () => {
    const token = tester.forge.sign(tester.forge.claims({ services: ['solo'] }))
    const first = await listen(token)
    expect(first.answer.statusCode).toBe(200)
    expect((await listen(token)).answer.statusCode).toBe(429)
    first.request.destroy()
    await until(() => lines().length === 2)
    const third = await listen(token)
    expect(third.answer.statusCode).toBe(200)
    third.request.destroy()
  })

  test('ends with the token by which it was opened', async () => {
    const { answer } = await listen(tester.forge.sign(tester.forge.claims({ services: ['solo'] })))
    const ended = new Promise((resolve) => answer.once('close', resolve))
    answer.resume()
    clock.advance(310)
    await ended
    expect(answer.complete).toBe(false)
  })
})
