import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import WebSocket from 'ws'
import { createFeed, type Feed } from './support/feed.ts'
import { createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { openSocket, type SocketClient } from './support/socket-client.ts'
import { identity } from './support/story-subgraphs.ts'

let feed: Feed
let tester: GatewayTester<'feed' | 'identity'>
const open: SocketClient[] = []

beforeAll(async () => {
  feed = createFeed()
  tester = await createGatewayTester({
    definitions: { feed: feed.definition, identity },
    corsOrigins: ['https://console.example'],
    streams: { initTimeoutMs: 300, maxMessageBytes: 10_000, operationsPerConnection: 3 },
  })
})
afterEach(async () => {
  for (const client of open.splice(0)) {
    client.socket.terminate()
    await client.closed
  }
  await feed.open(0)
})
afterAll(() => tester.close())

async function connect(...[options]: [Parameters<typeof openSocket>[1]?]): Promise<SocketClient> {
  const client = await openSocket(tester.url, options)
  open.push(client)
  return client
}

async function acknowledged(token?: string): Promise<SocketClient> {
  const client = await connect()
  await client.init(token ? { accessToken: token } : undefined)
  return client
}

const SEQ = 'subscription { happened { seq } }'
const next = (id: string, seq: number) => ({
  id,
  type: 'next',
  payload: { data: { happened: { seq } } },
})

describe('a socket is closed', () => {
  test.each([
    ['no sub-protocol', null],
    ['the one of subscriptions-transport-ws', 'graphql-ws'],
    ['one nobody knows', 'soap'],
  ])('with 4406 where it speaks another protocol: %s', async (_, protocol) => {
    const client = await openSocket(tester.url, { protocol }).catch((error: Error) => error)
    // `ws` refuses a server that chooses none of those it offered.
    if (client instanceof Error) expect(client.message).toContain('no subprotocol')
    else expect(await client.closed).toMatchObject({ code: 4406 })
  })

  test('with 4408 where it does not begin in time', async () => {
    const client = await connect()
    expect(await client.closed).toEqual({
      code: 4408,
      reason: 'Connection initialisation timeout',
    })
  })

  test('with 4429 where it begins twice', async () => {
    const client = await acknowledged()
    client.send({ type: 'connection_init' })
    expect(await client.closed).toEqual({ code: 4429, reason: 'Too many initialisation requests' })
  })

  test('with 4429 where it begins again before it was acknowledged', async () => {
    const client = await connect()
    client.send({ type: 'connection_init' })
    client.send({ type: 'connection_init' })
    expect(await client.closed).toMatchObject({ code: 4429 })
  })

  test('with 4401 where it subscribes before it was acknowledged', async () => {
    const client = await connect()
    client.subscribe('1', SEQ)
    expect(await client.closed).toEqual({ code: 4401, reason: 'Unauthorized' })
  })

  test('with 4409 where an id is in use, by that reason', async () => {
    const client = await acknowledged()
    client.subscribe('abc', SEQ)
    await feed.open(1)
    client.subscribe('abc', SEQ)
    expect(await client.closed).toEqual({
      code: 4409,
      reason: 'Subscriber for abc already exists',
    })
    await feed.open(0)
  })

  test.each<[string, string | object]>([
    ['no JSON', '{"type":'],
    ['a text', '"connection_init"'],
    ['null', 'null'],
    ['a list', '[]'],
    ['no type', {}],
    ['an unknown type', { type: 'start', id: '1', payload: { query: SEQ } }],
    ['a type that is no text', { type: 1 }],
    ['connection_init with a payload that is no object', { type: 'connection_init', payload: 1 }],
    ['ping with a payload that is no object', { type: 'ping', payload: 'now' }],
    ['subscribe without an id', { type: 'subscribe', payload: { query: SEQ } }],
    ['subscribe with an empty id', { type: 'subscribe', id: '', payload: { query: SEQ } }],
    ['subscribe without a payload', { type: 'subscribe', id: '1' }],
    ['subscribe without a query', { type: 'subscribe', id: '1', payload: {} }],
    [
      'subscribe with a query that is no text',
      { type: 'subscribe', id: '1', payload: { query: 1 } },
    ],
    [
      'subscribe with variables that are no object',
      { type: 'subscribe', id: '1', payload: { query: SEQ, variables: 'x' } },
    ],
    [
      'subscribe with an operationName that is no text',
      { type: 'subscribe', id: '1', payload: { query: SEQ, operationName: 1 } },
    ],
    ['complete without an id', { type: 'complete' }],
    ['connection_ack, which only servers send', { type: 'connection_ack' }],
    ['next, which only servers send', { type: 'next', id: '1', payload: {} }],
    ['error, which only servers send', { type: 'error', id: '1', payload: [{ message: 'x' }] }],
  ])('with 4400 for %s', async (_, message) => {
    const client = await acknowledged()
    client.send(message)
    expect((await client.closed).code).toBe(4400)
  })

  test('with 4400 for a binary message', async () => {
    const client = await connect()
    client.socket.send(Buffer.from('{"type":"connection_init"}'), { binary: true })
    expect((await client.closed).code).toBe(4400)
  })

  test('with 1009 for a message that is too long', async () => {
    const client = await connect()
    client.send({ type: 'connection_init', payload: { x: 'x'.repeat(10_000) } })
    expect((await client.closed).code).toBe(1009)
  })

  test.each([
    ['a token that does not hold', { accessToken: 'x.y.z' }],
    ['an authorization that is no bearer token', { authorization: 'Basic YTpi' }],
    ['a token that is no text', { accessToken: 7 }],
    ['an empty token', { accessToken: '' }],
  ])('with 4403 for %s', async (_, payload) => {
    const client = await connect()
    client.send({ type: 'connection_init', payload })
    expect(await client.closed).toEqual({ code: 4403, reason: 'Forbidden' })
  })
})

describe('the messages of an operation', () => {
  test('are its results, in order, with its id', async () => {
    const client = await acknowledged()
    client.subscribe('a', SEQ)
    await feed.open(1)
    feed.publish(2)
    const first = await client.next()
    const seq = (first.payload as { data: { happened: { seq: number } } }).data.happened.seq
    expect(first).toEqual(next('a', seq))
    expect(await client.next()).toEqual(next('a', seq + 1))
  })

  test('are nothing more once the client completed it; its id may be used again', async () => {
    const client = await acknowledged()
    client.subscribe('a', SEQ)
    await feed.open(1)
    client.send({ id: 'a', type: 'complete' })
    await feed.open(0)
    feed.publish()
    client.subscribe('a', '{ version }')
    expect(await client.next()).toEqual({
      id: 'a',
      type: 'next',
      payload: { data: { version: '1' } },
    })
    expect(await client.next()).toEqual({ id: 'a', type: 'complete' })
  })

  test('a complete for an id nobody knows changes nothing', async () => {
    const client = await acknowledged()
    client.send({ id: 'unknown', type: 'complete' })
    client.subscribe('a', '{ version }')
    expect(await client.next()).toMatchObject({ id: 'a', type: 'next' })
  })

  test.each([
    ['does not parse', 'subscription {', 'GRAPHQL_PARSE_FAILED'],
    ['does not fit the schema', 'subscription { unknown }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'has variables that are missing',
      'subscription($a: String!) { happened(after: $a) { seq } }',
      'BAD_USER_INPUT',
    ],
    [
      'is too large',
      `{ ${Array.from({ length: 500 }, (_, at) => `a${at}: version`).join(' ')} }`,
      'OPERATION_TOO_COSTLY',
    ],
  ])('are one error where it %s, and the socket stays', async (_, query, code) => {
    const client = await acknowledged()
    client.subscribe('a', query)
    expect(await client.next()).toMatchObject({
      id: 'a',
      type: 'error',
      payload: [{ extensions: { code, requestId: expect.stringMatching(/^req_/) } }],
    })
    client.subscribe('a', '{ version }')
    expect(await client.next()).toMatchObject({ id: 'a', type: 'next' })
  })

  test('are an error of its own, masked, where its source fails; others go on', async () => {
    const client = await acknowledged()
    client.subscribe('a', SEQ)
    client.subscribe('b', 'subscription { refused { seq } }')
    expect(await client.next()).toEqual({
      id: 'b',
      type: 'error',
      payload: [
        {
          message: 'The cursor is too old.',
          extensions: {
            code: 'CURSOR_EXPIRED',
            oldestCursor: 'c5',
            requestId: expect.stringMatching(/^req_/),
          },
        },
      ],
    })
    await feed.open(1)
    feed.fail('ODD')
    const { type, payload } = await client.next()
    expect(type).toBe('error')
    expect(payload).toMatchObject([
      { message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL' } },
    ])
    client.subscribe('a', '{ version }')
    expect(await client.next()).toMatchObject({ id: 'a', type: 'next' })
  })

  test('obey the access rules', async () => {
    const client = await acknowledged(tester.tokenWith())
    client.subscribe('a', 'subscription { secret { seq } }')
    expect(await client.next()).toMatchObject({
      id: 'a',
      type: 'error',
      payload: [{ extensions: { code: 'FORBIDDEN', requiredScopes: [['feed:events.read']] } }],
    })
    client.subscribe('b', 'mutation { touch }')
    expect(await client.next()).toMatchObject({
      id: 'b',
      payload: { data: { touch: null }, errors: [{ extensions: { code: 'FORBIDDEN' } }] },
    })
    expect(await client.next()).toEqual({ id: 'b', type: 'complete' })
  })

  test('come from many at once, up to the limit of a connection', async () => {
    const client = await acknowledged()
    for (const id of ['a', 'b', 'c', 'd']) client.subscribe(id, SEQ)
    expect(await client.next()).toMatchObject({
      id: 'd',
      type: 'error',
      payload: [{ extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 1 } }],
    })
    await feed.open(3)
  })
})

describe('who is at the other end', () => {
  test.each([
    ['accessToken', (token: string) => ({ accessToken: token })],
    ['authorization', (token: string) => ({ authorization: `Bearer ${token}` })],
  ])('is said by %s of connection_init', async (_, payload) => {
    const client = await connect()
    await client.init(payload(tester.tokenWith('feed:things.update')))
    client.subscribe('a', 'mutation { touch }')
    expect(await client.next()).toMatchObject({ payload: { data: { touch: 'touched' } } })
  })

  test('is said by a header of the upgrade', async () => {
    const authorization = `Bearer ${tester.tokenWith('feed:things.update')}`
    const client = await connect({ headers: { authorization } })
    await client.init()
    client.subscribe('a', 'mutation { touch }')
    expect(await client.next()).toMatchObject({ payload: { data: { touch: 'touched' } } })
  })

  test.each([
    ['a page of a stranger', 'https://evil.example', 403],
    ['a page without an origin', 'null', 403],
    ['a page that CORS allows', 'https://console.example', 101],
  ])('is judged by its page when it comes: %s', async (_, origin, status) => {
    const socket = new WebSocket(
      `${tester.url.replace('http', 'ws')}/graphql`,
      'graphql-transport-ws',
      { origin },
    )
    const answered = await new Promise<number>((resolve) => {
      socket.on('unexpected-response', (__, response) => resolve(response.statusCode ?? 0))
      socket.on('open', () => resolve(101))
      socket.on('error', () => undefined)
    })
    expect(answered).toBe(status)
    socket.terminate()
  })
})

test('a ping is answered by a pong with the same payload, before anything else too', async () => {
  const client = await connect()
  client.send({ type: 'ping', payload: { at: 1 } })
  expect(await client.next()).toEqual({ type: 'pong', payload: { at: 1 } })
  client.send({ type: 'pong' })
  await client.init()
  client.send({ type: 'ping' })
  expect(await client.next()).toEqual({ type: 'pong' })
})
