import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { sendRaw } from './support/raw-http.ts'
import type { SubgraphDefinition } from './support/test-subgraph.ts'

/** More than the operating system keeps for a connection. */
const LONG = Buffer.alloc(16 * 1024 * 1024, 'x')

const subgraph: SubgraphDefinition = {
  sdl: 'type Query { quick: String @public }',
  resolvers: { Query: { quick: () => 'quick' } },
}

let tester: GatewayTester<'subgraph'>
const sockets: Socket[] = []
beforeAll(async () => {
  tester = await createGatewayTester({
    definitions: { subgraph },
    mode: 'in-process',
    routes(http) {
      http.get('/long', (_, reply) => reply.send(LONG))
    },
    httpLimits: { headersMs: 400, requestMs: 800, stallMs: 400, checkMs: 20, headerBytes: 8_192 },
  })
})
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
})
afterAll(() => tester.close())

function open(): Socket {
  const socket = connect(tester.port, '127.0.0.1')
  sockets.push(socket)
  return socket
}

const request = (query: string) => {
  const body = JSON.stringify({ query })
  return [
    'POST /graphql HTTP/1.1',
    'host: gateway.example',
    'content-type: application/json',
    `content-length: ${body.length}\r\n\r\n${body}`,
  ].join('\r\n')
}

/** A byte at a time, as long as it is taken. */
function dribble(socket: Socket, bytes: string): void {
  const writing = setInterval(() => socket.write(bytes), 20)
  socket.on('error', () => undefined)
  socket.once('close', () => clearInterval(writing))
}

test('a head that dribbles in is answered 408, and the connection ends', async () => {
  const socket = open()
  socket.write('POST /graphql HTTP/1.1\r\nhost: gateway.example\r\n')
  dribble(socket, 'x-a: b\r\n')
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /)
})

test('so does a connection on which nothing is sent', async () => {
  expect(await text(open())).toMatch(/^HTTP\/1\.1 408 /)
})

test('so does a body that dribbles in', async () => {
  const socket = open()
  socket.write(
    'POST /graphql HTTP/1.1\r\nhost: gateway.example\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n',
  )
  dribble(socket, ' ')
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /)
})

test('headers over the limit are 431', async () => {
  const { status } = await sendRaw(tester.port, 'GET /healthz HTTP/1.1', [
    `x-a: ${'a'.repeat(9_000)}`,
  ])
  expect(status).toBe(431)
})

test('who asks and takes nothing of the answer is cut off, and nobody else', async () => {
  const socket = open()
  const accepted = once(tester.gateway.http.server, 'connection')
  socket.pause()
  socket.write('GET /long HTTP/1.1\r\nhost: gateway.example\r\n\r\n')
  const [served] = (await accepted) as [Socket]
  const gone = once(served, 'close')
  while (served.writableLength === 0) await new Promise(setImmediate)
  expect((await tester.ask('{ quick }')).body).toEqual({ data: { quick: 'quick' } })
  await gone
  expect((await tester.ask('{ quick }')).body).toEqual({ data: { quick: 'quick' } })
})

test('who keeps a connection for longer than any limit and reads is not taken for slow', async () => {
  const socket = open()
  const began = performance.now()
  let answers = 0
  for (; performance.now() - began < 1_000; answers += 1) {
    socket.write(request('{ quick }'))
    expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1\.1 200 /)
  }
  expect(answers).toBeGreaterThan(1)
})
