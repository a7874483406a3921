import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createHttpSubgraphLink } from '../src/subgraph-links/http-subgraph-link.ts'
import { fixedSupergraph } from '../src/supergraph-source.ts'
import { compose } from './support/compose.ts'
import { codes, createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { identity, tenancy } from './support/story-subgraphs.ts'

let tester: GatewayTester<'identity' | 'tenancy'>

beforeEach(async () => {
  tester = await createGatewayTester({ definitions: { identity, tenancy }, subgraphTimeoutMs: 300 })
})
afterEach(() => tester.close())

const BOTH = '{ users { name title } version }'

describe('a subgraph that is down', () => {
  test('takes its own fields with it and leaves the rest', async () => {
    await tester.subgraphs.tenancy.close()
    const answer = await tester.ask(BOTH)
    expect(answer.status).toBe(200)
    expect(answer.body.data).toEqual({
      users: [
        { name: 'Ada', title: null },
        { name: 'Bob', title: null },
      ],
      version: null,
    })
    expect(codes(answer).sort()).toEqual([
      'users.0.title: UPSTREAM_UNAVAILABLE',
      'users.1.title: UPSTREAM_UNAVAILABLE',
      'version: UPSTREAM_UNAVAILABLE',
    ])
  })

  test('is not named, nor where it is, nor how it failed', async () => {
    await tester.subgraphs.tenancy.close()
    const { text } = await tester.ask(BOTH)
    expect(text).not.toMatch(
      /tenancy|127\.0\.0\.1|localhost|ECONN|undici|socket|stack|serviceName/i,
    )
  })

  test('is found again when it is back', async () => {
    const { tenancy: subgraph } = tester.subgraphs
    subgraph.misbehave((request) => request.socket.destroy())
    expect(codes(await tester.ask('{ version }'))).toEqual(['version: UPSTREAM_UNAVAILABLE'])
    subgraph.misbehave(null)
    expect((await tester.ask('{ version }')).body.data).toEqual({ version: '1' })
  })

  test('may be down when the gateway starts', async () => {
    const nowhere = await unusedPort()
    const { sdl } = compose({ identity: identity.sdl, tenancy: tenancy.sdl })
    await using started = await createGatewayTester({
      definitions: { identity },
      supergraph: fixedSupergraph(sdl),
      subgraphs: {
        identity: linkTo('identity', await tester.subgraphs.identity.http.server.address()),
        tenancy: createHttpSubgraphLink({
          name: 'tenancy',
          url: `http://127.0.0.1:${nowhere}/graphql`,
        }),
      },
    })
    expect((await fetch(`${started.url}/readyz`)).status).toBe(200)
    const answer = await started.ask(BOTH)
    expect(answer.body.data?.users).toHaveLength(2)
    expect(codes(answer)).toContain('version: UPSTREAM_UNAVAILABLE')
  })

  test('stopped in the middle of its answer, it is unavailable and the rest is kept', async () => {
    tester.subgraphs.tenancy.misbehave((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 })
      response.write('{"data":{"version":', () => response.destroy())
    })
    const answer = await tester.ask('{ users { name } version }')
    expect(answer.body.data).toMatchObject({
      users: [{ name: 'Ada' }, { name: 'Bob' }],
      version: null,
    })
    expect(codes(answer)).toEqual(['version: UPSTREAM_UNAVAILABLE'])
  })
})

describe('a failed fetch of what only the planner asked for', () => {
  const codesOf = async (query: string) => {
    await using chain = await createGatewayTester({
      definitions: {
        identity,
        codes: {
          sdl: 'type User @key(fields: "id") { id: ID! code: String label: String }',
          resolvers: { User: { code: () => 'c' } },
        },
        extras: {
          sdl: `type User @key(fields: "id") {
            id: ID! code: String @external extra: String @requires(fields: "code")
          }`,
          resolvers: { User: { extra: () => 'e' } },
        },
      },
    })
    chain.subgraphs.codes.misbehave((_, response) => response.writeHead(500).end())
    const answer = await chain.ask(query)
    return { data: answer.body.data, codes: codes(answer) }
  }

  test('is told at the nearest place that the client knows', async () => {
    expect(await codesOf('{ user(id: "u1") { extra } }')).toEqual({
      data: { user: { extra: null } },
      codes: ['user: UPSTREAM_UNAVAILABLE'],
    })
  })

  test('is not told there where the same failure is told at a better place', async () => {
    expect(await codesOf('{ user(id: "u1") { extra label } }')).toEqual({
      data: { user: { extra: null, label: null } },
      codes: ['user.label: UPSTREAM_UNAVAILABLE'],
    })
  })
})

describe('a subgraph that is slow', () => {
  test.each([
    ['says nothing', () => undefined],
    [
      'trickles its answer',
      (_: unknown, response: NodeJS.WritableStream & { writeHead(status: number): void }) => {
        response.writeHead(200)
        const timer = setInterval(() => response.write(' '), 50)
        response.on('close', () => clearInterval(timer))
      },
    ],
  ])('and %s is given up after the time allowed', async (_, misbehaviour) => {
    tester.subgraphs.tenancy.misbehave(misbehaviour as never)
    const startedAt = performance.now()
    const answer = await tester.ask('{ users { name } version }')
    expect(codes(answer)).toEqual(['version: UPSTREAM_TIMEOUT'])
    expect(answer.body.data?.users).toHaveLength(2)
    expect(performance.now() - startedAt).toBeLessThan(2_000)
    expect(tester.subgraphs.tenancy.received).toHaveLength(1)
  })

  test('in process it is given up too', async () => {
    await using inProcess = await createGatewayTester({
      definitions: {
        identity: {
          sdl: 'type Query { slow: String @public fast: String @public }',
          resolvers: { Query: { slow: () => new Promise(() => undefined), fast: () => 'yes' } },
        },
      },
      mode: 'in-process',
      subgraphTimeoutMs: 50,
    })
    expect(codes(await inProcess.ask('{ slow }'))).toEqual(['slow: UPSTREAM_TIMEOUT'])
    expect((await inProcess.ask('{ fast }')).body.data).toEqual({ fast: 'yes' })
  })
})

describe('repeating', () => {
  const dropFirst = () => {
    let calls = 0
    tester.subgraphs.tenancy.misbehave((request, response) => {
      calls += 1
      if (calls === 1) request.socket.destroy()
      else response.end(JSON.stringify({ data: { version: 'second', touch: 'second' } }))
    })
    return () => calls
  }

  test('a query is asked once more where the connection broke', async () => {
    const calls = dropFirst()
    expect((await tester.ask('{ version }')).body.data).toEqual({ version: 'second' })
    expect(calls()).toBe(2)
  })

  test('a query is asked twice at most', async () => {
    tester.subgraphs.tenancy.misbehave((request) => request.socket.destroy())
    expect(codes(await tester.ask('{ version }'))).toEqual(['version: UPSTREAM_UNAVAILABLE'])
    expect(tester.subgraphs.tenancy.received).toHaveLength(2)
  })

  test('a mutation is never repeated: it may have had its effect', async () => {
    const calls = dropFirst()
    const answer = await tester.ask('mutation { touch }')
    expect(codes(answer)).toEqual(['touch: UPSTREAM_UNAVAILABLE'])
    expect(calls()).toBe(1)
  })

  test('an answer that came, whatever it says, is not asked for again', async () => {
    tester.subgraphs.tenancy.misbehave((_, response) => response.writeHead(503).end('busy'))
    await tester.ask('{ version }')
    expect(tester.subgraphs.tenancy.received).toHaveLength(1)
  })
})

describe('a subgraph that answers something else', () => {
  test.each([
    ['an HTML page', 200, '<html>502 Bad Gateway nginx/1.2 at 10.0.0.1</html>'],
    ['an error page', 502, '<html>nginx</html>'],
    ['nothing', 200, ''],
    ['a list', 200, '[]'],
    ['a text', 200, '"hello"'],
    ['null', 200, 'null'],
    ['neither data nor errors', 200, '{"ok":true}'],
    ['errors that are none', 200, '{"errors":"all"}'],
    ['half of it', 200, '{"data":{"version":"1"'],
  ])('%s', async (_, status, body) => {
    tester.subgraphs.tenancy.misbehave((__, response) => response.writeHead(status).end(body))
    const answer = await tester.ask('{ users { name } version }')
    expect(codes(answer)).toEqual(['version: UPSTREAM_UNAVAILABLE'])
    expect(answer.body.data?.users).toHaveLength(2)
    expect(answer.text).not.toMatch(/nginx|10\.0\.0\.1|tenancy/)
  })

  test('more than will be read', async () => {
    await using small = await createGatewayTester({ definitions: { identity } })
    const link = createHttpSubgraphLink({
      name: 'identity',
      url: `http://127.0.0.1:${(small.subgraphs.identity.http.server.address() as AddressInfo).port}/graphql`,
      maxResponseBytes: 100,
    })
    small.subgraphs.identity.misbehave((_, response) =>
      response.end(`{"data":"${'x'.repeat(1_000)}"}`),
    )
    const request = { query: '{ x }', variables: {}, operationName: undefined, headers: {} }
    await expect(link.graphql({ ...request, kind: 'query' })).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    })
    await link.close()
  })
})

describe('the gateway’s key', () => {
  test('is not taken elsewhere by a redirect', async () => {
    const seen: unknown[] = []
    const elsewhere = await listening(
      createServer((request, response) => {
        seen.push(request.headers)
        response.end('{"data":{"version":"stolen"}}')
      }),
    )
    const { port } = elsewhere.address() as AddressInfo
    for (const status of [301, 302, 303, 307, 308]) {
      tester.subgraphs.tenancy.misbehave((_, response) =>
        response.writeHead(status, { location: `http://127.0.0.1:${port}/graphql` }).end(),
      )
      expect(codes(await tester.ask('{ version }'))).toEqual(['version: UPSTREAM_UNAVAILABLE'])
    }
    expect(seen).toEqual([])
    elsewhere.close()
  })
})

function linkTo(name: string, address: string | AddressInfo | null) {
  return createHttpSubgraphLink({
    name,
    url: `http://127.0.0.1:${(address as AddressInfo).port}/graphql`,
  })
}

function listening(server: Server): Promise<Server> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

async function unusedPort(): Promise<number> {
  const server = await listening(createServer())
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
