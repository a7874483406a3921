import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createHttpSubgraphLink } from '../src/subgraph-links/http-subgraph-link.ts'
import { codes, createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { identity, tenancy } from './support/story-subgraphs.ts'

let tester: GatewayTester<'identity' | 'tenancy'>

beforeEach(async () => {
  tester = await createGatewayTester({ definitions: { identity, tenancy }, subgraphTimeoutMs: 500 })
})
afterEach(() => tester.close())

const BOTH = '{ users { name } version }'
const users = [{ name: 'Ada' }, { name: 'Bob' }]

const json = (response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'application/json' })

/** Writes until the other side has had enough. */
function writeMegabytes(response: ServerResponse, count: number): void {
  const part = 'x'.repeat(1024 * 1024)
  let written = 0
  const next = () => {
    if (response.destroyed || written >= count) return
    written += 1
    response.write(part, next)
  }
  json(response).write('{"data":{"version":"', next)
}

/** Keeps a connection busy with bytes that never come to an end. */
function drip(response: ServerResponse): void {
  json(response).write('{"data":{"version":"')
  const dripping = setInterval(() => response.write('x'), 20)
  response.once('close', () => clearInterval(dripping))
}

const deep = '['.repeat(200_000) + ']'.repeat(200_000)

describe('a subgraph that misbehaves spoils its own fields only', () => {
  test.each<[string, (response: ServerResponse) => unknown, string]>([
    ['is silent', () => undefined, 'UPSTREAM_TIMEOUT'],
    ['stops half-way', (it) => json(it).write('{"data":{"ver'), 'UPSTREAM_TIMEOUT'],
    [
      'hangs up half-way',
      (it) => json(it).write('{"da', () => it.destroy()),
      'UPSTREAM_UNAVAILABLE',
    ],
    ['answers drop by drop, without end', drip, 'UPSTREAM_TIMEOUT'],
    [
      'says that it sends more than it does',
      (it) => it.writeHead(200, { 'content-length': '1000' }).write('{"data":{"version":"1"}}'),
      'UPSTREAM_TIMEOUT',
    ],
    [
      'answers HTML as if all were well',
      (it) => it.writeHead(200, { 'content-type': 'text/html' }).end('<html>hello'),
      'UPSTREAM_UNAVAILABLE',
    ],
    [
      'answers compressed, unasked',
      (it) =>
        it
          .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
          .end(gzipSync('{"data":{"version":"1"}}')),
      'UPSTREAM_UNAVAILABLE',
    ],
    [
      'answers lists within lists within lists',
      (it) => json(it).end(`{"data":{"version":${deep}}}`),
      'INTERNAL',
    ],
    ['answers HTML', (it) => it.writeHead(502).end('<html>bad'), 'UPSTREAM_UNAVAILABLE'],
    ['answers garbage', (it) => json(it).end('\u0000{{{'), 'UPSTREAM_UNAVAILABLE'],
    ['answers nothing', (it) => json(it).end(), 'UPSTREAM_UNAVAILABLE'],
    ['answers a list', (it) => json(it).end('[]'), 'UPSTREAM_UNAVAILABLE'],
    ['answers another type', (it) => json(it).end('{"data":{"version":{"a":1}}}'), 'INTERNAL'],
    [
      'answers a list where one is wanted',
      (it) => json(it).end('{"data":{"version":["1"]}}'),
      'INTERNAL',
    ],
    ['answers data that is no object', (it) => json(it).end('{"data":7}'), 'UPSTREAM_UNAVAILABLE'],
  ])('%s', async (_, misbehave, code) => {
    tester.subgraphs.tenancy.misbehave((__, response) => misbehave(response))
    const answer = await tester.ask(BOTH)
    expect(answer.body.data).toEqual({ users, version: null })
    expect(codes(answer)).toEqual([`version: ${code}`])
  })

  test('answers 200 MB, of which no more is read than is allowed', async () => {
    tester.subgraphs.tenancy.misbehave((_, response) => writeMegabytes(response, 200))
    const before = process.memoryUsage().rss
    const answer = await tester.ask(BOTH)
    expect(answer.body.data).toEqual({ users, version: null })
    expect(codes(answer)[0]).toMatch(/^version: UPSTREAM_/)
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024)
  })

  test('answers fewer entities than were asked for', async () => {
    tester.subgraphs.tenancy.misbehave((_, response) =>
      json(response).end('{"data":{"_entities":[{"title":"Owner"}]}}'),
    )
    const answer = await tester.ask('{ users { name title } }')
    expect(answer.body.data?.users).toEqual(users.map((user) => ({ ...user, title: null })))
    expect(codes(answer)).toEqual([
      'users.0.title: UPSTREAM_UNAVAILABLE',
      'users.1.title: UPSTREAM_UNAVAILABLE',
    ])
  })

  test('flaps, and each request gets what there is at its time', async () => {
    const answers: unknown[] = []
    for (let round = 0; round < 6; round += 1) {
      const isDown = round % 2 === 0
      tester.subgraphs.tenancy.misbehave(isDown ? (request) => request.socket.destroy() : null)
      answers.push((await tester.ask(BOTH)).body.data?.version)
    }
    expect(answers).toEqual([null, '1', null, '1', null, '1'])
  })
})

describe('a link to a subgraph that', () => {
  const request = {
    ...{ query: '{ version }', variables: '{}', operationName: undefined, headers: {} },
    kind: 'query' as const,
  }
  const linkTo = (options: object) => {
    const { port } = tester.subgraphs.tenancy.http.server.address() as { port: number }
    return createHttpSubgraphLink({
      name: 'tenancy',
      url: `http://127.0.0.1:${port}/graphql`,
      timeoutMs: 500,
      ...options,
    })
  }

  test('fails nearly always is not asked for a while', async () => {
    const link = linkTo({ breaker: { fewest: 5, restMs: 60_000 } })
    tester.subgraphs.tenancy.misbehave((_, response) => response.writeHead(503).end('busy'))
    for (let sent = 0; sent < 5; sent += 1) await link.graphql(request).catch(() => undefined)
    const reached = tester.subgraphs.tenancy.received.length
    await expect(link.graphql(request)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' })
    expect(tester.subgraphs.tenancy.received).toHaveLength(reached)
    await link.close()
  })

  test('is slow lets no more wait than it may', async () => {
    const link = linkTo({ connections: 1, maxWaiting: 2 })
    tester.subgraphs.tenancy.misbehave(() => undefined)
    const waiting = [1, 2, 3].map(() => link.graphql(request))
    const started = performance.now()
    await expect(link.graphql(request)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' })
    expect(performance.now() - started).toBeLessThan(400)
    for (const outcome of await Promise.allSettled(waiting)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'UPSTREAM_TIMEOUT' } })
    }
    await link.close()
  })
})
