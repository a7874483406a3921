import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  ACCESS_TOKEN_AUDIENCE,
  createEpochRegistry,
  createGatewayKey,
  createGatewayKeyring,
  createKeySource,
  createTokenVerifier,
  type EpochRegistry,
  sessionSubject,
} from '@logicspike/auth'
import { tokenForge } from '@logicspike/auth/testing'
import { AppError, conflict } from '@logicspike/errors'
import { createInternalServer } from '@logicspike/internal-api'
import { createLogger } from '@logicspike/telemetry'
import { parse } from 'graphql'
import {
  createSubgraphServer,
  type StreamEvent,
  type SubgraphServer,
  type SubgraphStreamRequest,
  type VerifiedRequest,
} from '../src/index.ts'

const clock = { now: () => new Date() }
const issuer = 'http://issuer.test'
const forge = tokenForge({ issuer, audience: ACCESS_TOKEN_AUDIENCE, clock })
const gatewayKey = createGatewayKey('gateway')
const keyring = createGatewayKeyring([{ caller: 'gateway', sha256: gatewayKey.sha256 }])
const log = createLogger({ name: 'test', level: 'silent' })
const key = { 'x-gateway-key': gatewayKey.value }

const typeDefs = parse(`
  type Query { one: Int }
  type Subscription {
    numbers(from: Int = 1, to: Int!): Number
    silence: Int
    whoListens: String
    refused: Int
    broken: Int
    endless: String
  }
  type Number { value: Int secret: Int askedAgain: Int }
`)

let made: number
let contexts: number
let disposed: number

type Context = VerifiedRequest & { readonly asked: { times: number } }

const untilEnd = (signal: AbortSignal | undefined) =>
  new Promise<never>((_, reject) => {
    if (signal?.aborted) reject(signal.reason)
    signal?.addEventListener('abort', () => reject(signal.reason))
  })

const resolvers = {
  Query: { one: () => 1 },
  Subscription: {
    numbers: {
      async *subscribe(_: unknown, { from, to }: { from: number; to: number }) {
        for (let value = from; value <= to; value += 1) {
          made += 1
          yield { numbers: { value }, extensions: { cursor: `c${value}` } }
        }
      },
    },
    silence: {
      async *subscribe(_: unknown, __: unknown, { stream }: Context) {
        yield { silence: 0 }
        await untilEnd(stream?.signal).catch((reason: unknown) => {
          if (!(reason instanceof AppError)) throw reason
          const { code, message } = reason
          throw new AppError(code, message, { extensions: { cursor: 'c0' } })
        })
      },
    },
    whoListens: {
      async *subscribe(_: unknown, __: unknown, { actor, stream }: Context) {
        yield { whoListens: `${actor?.userId} ${stream?.lastEventId}` }
      },
    },
    refused: {
      subscribe: () => {
        throw conflict()
      },
    },
    broken: {
      async *subscribe() {
        yield { broken: 1 }
        throw new Error('the password is hunter2')
      },
    },
    endless: {
      async *subscribe() {
        for (;;) {
          made += 1
          yield { endless: 'x'.repeat(100_000) }
        }
      },
    },
  },
  Number: {
    secret: () => {
      throw new Error('the password is hunter2')
    },
    askedAgain: (_: unknown, __: unknown, { asked }: Context) => {
      asked.times += 1
      return asked.times
    },
  },
}

let server: SubgraphServer
let origin: string
let epochs: EpochRegistry

beforeEach(async () => {
  made = contexts = disposed = 0
  const keySource = createKeySource({ fetchJwks: async () => forge.jwks(), clock })
  epochs = createEpochRegistry({ sources: [], clock, log })
  server = await createSubgraphServer({
    name: 'example',
    typeDefs: [typeDefs],
    resolvers,
    createContext: (request) => {
      contexts += 1
      const dispose = async () => {
        disposed += 1
      }
      return { ...request, asked: { times: 0 }, dispose }
    },
    verifier: createTokenVerifier({
      issuer,
      audience: ACCESS_TOKEN_AUDIENCE,
      keySource,
      epochs,
      clock,
    }),
    epochs,
    clock,
    keyring,
    internal: createInternalServer([], keyring),
    log,
    readiness: {},
  })
  origin = `http://127.0.0.1:${await server.listen(0)}`
})

afterEach(() => server.close())

type Listening = { events: AsyncIterator<StreamEvent>; leave: () => void }
type Ask = { headers?: Record<string, string>; variables?: Record<string, unknown> }

async function inProcess(
  query: string,
  { headers = key, variables }: Ask = {},
): Promise<Listening> {
  const control = new AbortController()
  const request: SubgraphStreamRequest = { query, variables, headers, signal: control.signal }
  const stream = await server.subscribeInProcess(request)
  const refusal = async function* () {
    if (!stream.ok) yield stream.result
  }
  return { events: stream.ok ? stream.events : refusal(), leave: () => control.abort() }
}

async function overSse(query: string, { headers = key, variables }: Ask = {}): Promise<Listening> {
  const control = new AbortController()
  const response = await fetch(`${origin}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
    signal: control.signal,
  })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  return { events: readSse(response.body), leave: () => control.abort() }
}

async function* readSse(body: ReadableStream<Uint8Array> | null): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      if (block === 'event: complete\ndata:') return
      expect(block).toMatch(/^event: next\ndata: /)
      yield JSON.parse(block.slice('event: next\ndata: '.length))
    }
  }
  throw new Error('the stream was cut off')
}

async function all({ events }: Listening): Promise<unknown[]> {
  const seen = []
  for (let next = await events.next(); !next.done; next = await events.next())
    seen.push(JSON.parse(JSON.stringify(next.value)))
  return seen
}

const last = (code: string, extensions: object = {}) => ({
  errors: [expect.objectContaining({ extensions: { code, ...extensions } })],
})
const asUser = (token: string) => ({ ...key, authorization: `Bearer ${token}` })

describe.each([
  ['in process', inProcess],
  ['over SSE', overSse],
])('a subscription %s', (_, listen) => {
  test('gives each event, with what goes beside it, and ends', async () => {
    const query = 'subscription ($to: Int!) { numbers(to: $to) { value } }'
    expect(await all(await listen(query, { variables: { to: 3 } }))).toEqual(
      [1, 2, 3].map((value) => ({
        data: { numbers: { value } },
        extensions: { cursor: `c${value}` },
      })),
    )
  })

  test.each<[string, string, string, Ask]>([
    ['no gateway key', '{ silence }', 'UNAUTHENTICATED', { headers: {} }],
    ['a bad token', '{ silence }', 'UNAUTHENTICATED', { headers: asUser('garbage') }],
    ['no GraphQL', '{ silence', 'GRAPHQL_PARSE_FAILED', {}],
    ['no such field', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED', {}],
    ['a variable that is none', '($to: Int!) { numbers(to: $to) { value } }', 'BAD_USER_INPUT', {}],
    ['a resolver that refuses', '{ refused }', 'CONFLICT', {}],
  ])('is refused by an event: %s', async (_case, text, code, ask) => {
    expect(await all(await listen(`subscription ${text}`, ask))).toEqual([last(code)])
    expect(disposed).toBe(contexts)
  })

  test('a query is no subscription', async () => {
    expect(await all(await listen('{ one }'))).toEqual([last('OPERATION_RESOLUTION_FAILURE')])
  })

  test('knows who listens and from where they come back', async () => {
    const headers = { ...asUser(forge.sign()), 'last-event-id': 'c7' }
    expect(await all(await listen('subscription { whoListens }', { headers }))).toEqual([
      { data: { whoListens: `${forge.claims().sub} c7` } },
    ])
  })

  test('an event that fails in part is followed by the next; its reason stays inside', async () => {
    const seen = await all(await listen('subscription { numbers(to: 2) { value secret } }'))
    expect(seen).toHaveLength(2)
    expect(seen[1]).toEqual({
      data: { numbers: { value: 2, secret: null } },
      errors: [expect.objectContaining({ extensions: { code: 'INTERNAL' } })],
      extensions: { cursor: 'c2' },
    })
    expect(JSON.stringify(seen)).not.toContain('hunter2')
  })

  test('a source that fails ends the stream with an event that tells nothing', async () => {
    const seen = await all(await listen('subscription { broken }'))
    expect(seen).toEqual([{ data: { broken: 1 } }, last('INTERNAL')])
    expect(JSON.stringify(seen)).not.toContain('hunter2')
  })

  test('every event has a context of its own, and all are freed', async () => {
    expect(await all(await listen('subscription { numbers(to: 2) { askedAgain } }'))).toEqual([
      expect.objectContaining({ data: { numbers: { askedAgain: 1 } } }),
      expect.objectContaining({ data: { numbers: { askedAgain: 1 } } }),
    ])
    expect(disposed).toBe(contexts)
  })

  test('ends the moment its token is revoked', async () => {
    const claims = forge.claims()
    const listening = await listen('subscription { silence }', { headers: asUser(forge.sign()) })
    await listening.events.next()
    const bumpedAt = new Date().toISOString()
    epochs.note({ subject: sessionSubject(`${claims.sid}x`), epoch: 99, bumpedAt })
    epochs.note({ subject: sessionSubject(`${claims.sid}`), epoch: 99, bumpedAt })
    expect(await all(listening)).toEqual([last('UNAUTHENTICATED', { cursor: 'c0' })])
  })

  test('ends with its token', async () => {
    const exp = Math.floor(Date.now() / 1000) + 1
    const headers = asUser(forge.sign(forge.claims({ exp })))
    const listening = await listen('subscription { silence }', { headers })
    await listening.events.next()
    expect(await all(listening)).toEqual([last('UNAUTHENTICATED', { cursor: 'c0' })])
  })

  test('is told to go on elsewhere when the server closes', async () => {
    const listening = await listen('subscription { silence }')
    await listening.events.next()
    const [seen] = await Promise.all([all(listening), server.close()])
    expect(seen).toEqual([last('RESUME_REQUIRED', { cursor: 'c0' })])
  })
})

describe('nothing is made that nobody takes', () => {
  test('in process, the source waits for the listener', async () => {
    const { events } = await inProcess('subscription { numbers(to: 1000) { value } }')
    await events.next()
    await events.next()
    expect(made).toBe(2)
    await events.return?.()
    expect(await events.next()).toEqual({ done: true, value: undefined })
  })

  test('a listener leaves while nothing happens', async () => {
    const { events } = await inProcess('subscription { silence }')
    await events.next()
    const pending = events.next()
    await events.return?.()
    expect(await pending).toEqual({ done: true, value: undefined })
    const other = await inProcess('subscription { silence }')
    await other.events.next()
    other.leave()
    expect(await other.events.next()).toEqual({ done: true, value: undefined })
  })

  test('a connection that is not read makes the source wait, and ends with the server', async () => {
    const socket = await openUnread('subscription { endless }')
    await settles(() => made)
    // What fits the buffers of the sockets and of the response: some megabytes, of an endless stream.
    expect(made).toBeLessThan(200)
    const before = made
    await server.close()
    expect(made - before).toBeLessThan(3)
    socket.destroy()
  })
})

async function openUnread(query: string): Promise<Socket> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1')
  const body = JSON.stringify({ query })
  socket.pause()
  socket.write(
    `POST /graphql/stream HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nx-gateway-key: ${gatewayKey.value}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
  await once(socket, 'connect')
  return socket
}

/** Until it has grown, and has then stood still for a while. */
async function settles(read: () => number): Promise<void> {
  for (let before = -1, still = 0; still < 10; ) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    still = read() > 0 && read() === before ? still + 1 : 0
    before = read()
  }
}
