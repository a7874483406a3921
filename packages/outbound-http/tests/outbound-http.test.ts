import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import {
  createOutboundHttp,
  LOOPBACK,
  OutboundFailed,
  type OutboundHttp,
  type OutboundPolicy,
  OutboundRefused,
} from '../src/index.ts'

const cleanUp: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const each of cleanUp.splice(0).toReversed()) await each()
})

type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** A real server on this machine, and what it was asked. */
async function aServer(answer: Answer): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.headers.host}${request.url}`)
    answer(request, response)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  cleanUp.push(async () => {
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  })
  return { port: (server.address() as AddressInfo).port, asked }
}

const local: OutboundPolicy = { protocols: ['http:'], ports: 'any', allowedRanges: LOOPBACK }

function aClient(policy: OutboundPolicy = local): OutboundHttp {
  const client = createOutboundHttp(policy)
  cleanUp.push(() => client.close())
  return client
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  )

describe('outbound http', () => {
  test('sends what it is given, and hands back status, headers and body', async () => {
    const bodies: string[] = []
    const { port, asked } = await aServer((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => bodies.push(text))
      request.on('end', () => response.writeHead(201, { 'x-a': 'b' }).end('fine'))
    })
    const answer = await aClient().request(`http://127.0.0.1:${port}/hook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    })
    expect(answer).toMatchObject({ status: 201, body: 'fine', headers: { 'x-a': 'b' } })
    expect(bodies).toEqual(['{"a":1}'])
    expect(asked).toEqual([`POST 127.0.0.1:${port}/hook`])
  })

  test('a name is resolved once, and what was checked is dialled', async () => {
    const { port, asked } = await aServer((_, response) => response.end('fine'))
    const questions: string[] = []
    const client = aClient({
      ...local,
      resolve: async (host) => {
        questions.push(host)
        return questions.length === 1 ? ['127.0.0.1'] : ['10.0.0.1']
      },
    })
    await client.request(`http://hooks.example.com:${port}/`)
    expect(questions).toEqual(['hooks.example.com'])
    expect(asked).toEqual([`GET hooks.example.com:${port}/`])
  })

  test.each([
    '127.0.0.1',
    '10.0.0.1',
    '169.254.169.254',
    '::1',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    'fd00:ec2::254',
  ])('a public name that leads to %s is refused, and nothing is dialled', async (address) => {
    const { port, asked } = await aServer((_, response) => response.end('secret'))
    const client = aClient({ protocols: ['http:'], ports: 'any', resolve: async () => [address] })
    const failure = await failureOf(client.request(`http://hooks.example.com:${port}/`))
    expect(failure).toBeInstanceOf(OutboundRefused)
    expect(failure).toMatchObject({ reason: 'ADDRESS' })
    expect((failure as Error).message).not.toContain(address)
    expect(asked).toEqual([])
  })

  test('a name that leads inside and outside is dialled outside only', async () => {
    const { port, asked } = await aServer((_, response) => response.end('fine'))
    const client = aClient({ ...local, resolve: async () => ['10.0.0.1', 'fd00::1', '127.0.0.1'] })
    expect((await client.request(`http://hooks.example.com:${port}/`)).status).toBe(200)
    expect(asked).toHaveLength(1)
  })

  test('a redirect is not followed', async () => {
    const secret = await aServer((_, response) => response.end('secret'))
    const { port } = await aServer((_, response) =>
      response.writeHead(302, { location: `http://127.0.0.1:${secret.port}/` }).end(),
    )
    const answer = await aClient().request(`http://127.0.0.1:${port}/`)
    expect(answer.status).toBe(302)
    expect(secret.asked).toEqual([])
  })

  test('an answer of more bytes than allowed is not read to its end', async () => {
    const { port } = await aServer((_, response) => response.end('x'.repeat(4096)))
    const client = aClient({ ...local, maxResponseBytes: 1024 })
    const failure = await failureOf(client.request(`http://127.0.0.1:${port}/`))
    expect(failure).toMatchObject({ reason: 'RESPONSE_TOO_LARGE' })
  })

  test('a host that drips its answer is left once the time for the whole is over', async () => {
    const { port } = await aServer((_, response) => {
      response.writeHead(200)
      const dripping = setInterval(() => response.write('.'), 20)
      response.on('close', () => clearInterval(dripping))
    })
    const failure = await failureOf(
      aClient().request(`http://127.0.0.1:${port}/`, { timeoutMs: 150 }),
    )
    expect(failure).toBeInstanceOf(OutboundFailed)
    expect(failure).toMatchObject({ reason: 'TIMEOUT' })
  })

  test('a host that is not there, or has no address, is a failure and no refusal', async () => {
    const { port } = await aServer(() => undefined)
    const client = aClient({
      ...local,
      resolve: async () => {
        throw new Error('ENOTFOUND')
      },
    })
    expect(await failureOf(client.request(`http://hooks.example.com:${port}/`))).toMatchObject({
      reason: 'NO_SUCH_HOST',
    })
    expect(await failureOf(aClient().request('http://127.0.0.1:1/'))).toMatchObject({
      reason: 'UNREACHABLE',
    })
  })

  test('a body over the limit or a host header of the caller’s own is a mistake of the code', async () => {
    const client = aClient({ ...local, maxRequestBytes: 4 })
    const url = 'http://127.0.0.1:1/'
    const failures = [
      await failureOf(client.request(url, { method: 'POST', body: '12345' })),
      await failureOf(client.request(url, { headers: { Host: 'internal' } })),
    ]
    expect(failures).toEqual([expect.any(RangeError), expect.any(TypeError)])
  })

  test('by default neither http, nor other ports, nor this machine is called', async () => {
    const client = aClient({})
    const reasons = ['http://8.8.8.8/', 'https://8.8.8.8:8443/', 'https://127.0.0.1/'].map((url) =>
      failureOf(client.request(url)),
    )
    expect(await Promise.all(reasons)).toMatchObject([
      { reason: 'SCHEME' },
      { reason: 'PORT' },
      { reason: 'ADDRESS' },
    ])
    expect(() => client.check('https://127.0.0.1/')).toThrow(OutboundRefused)
  })
})
