import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { identity, tenancy } from './support/story-subgraphs.ts'

let tester: GatewayTester<'identity' | 'tenancy'>

beforeAll(async () => {
  tester = await createGatewayTester({ definitions: { identity, tenancy } })
})
beforeEach(() => {
  tester.log.length = 0
})
afterAll(() => tester.close())

const operations = () => tester.log.filter(({ msg }) => msg === 'operation')

describe('one line per request', () => {
  test('tells what ran, for whom, and how it ended', async () => {
    const { headers } = await tester.ask('query People { me { email } users { badge } }', {
      token: tester.tokenWith('a:b.read'),
    })
    expect(operations()).toEqual([
      expect.objectContaining({
        level: 30,
        requestId: headers.get('x-request-id'),
        operation: {
          name: 'People',
          type: 'query',
          hash: expect.stringMatching(/^[0-9a-f]{64}$/),
          removedFields: 1,
          cost: { estimated: 11, actual: 3 },
        },
        caller: {
          kind: 'user',
          userId: tester.forge.claims().sub,
          workspaceId: tester.forge.claims().tid,
        },
        transport: 'http',
        status: 200,
        errorCodes: ['NOT_FOUND', 'FORBIDDEN'],
        fetchCount: 2,
        stagesMs: expect.objectContaining({
          parse: expect.any(Number),
          execute: expect.any(Number),
        }),
        durationMs: expect.any(Number),
      }),
    ])
  })

  test('tells of requests that were refused, with as much as is known', async () => {
    await tester.ask('{ version }', { token: 'bad' })
    await tester.ask('{ nothing }')
    expect(operations()).toEqual([
      expect.objectContaining({
        operation: null,
        caller: null,
        status: 401,
        errorCodes: ['UNAUTHENTICATED'],
      }),
      expect.objectContaining({
        operation: null,
        caller: { kind: 'anonymous' },
        status: 200,
        errorCodes: ['GRAPHQL_VALIDATION_FAILED'],
      }),
    ])
  })

  test('never tells variables, tokens, keys, cookies or the document', async () => {
    const token = tester.tokenWith('identity:users.update')
    await tester.ask(
      'mutation($n: String!) { rename(name: $n) other: rename(name: "in-the-text") }',
      {
        variables: { n: 'in-a-variable' },
        token,
        headers: { cookie: '__Host-ls_refresh=in-a-cookie' },
      },
    )
    const text = JSON.stringify(tester.log)
    expect(text).toContain('"mutation"')
    expect(text).not.toContain('in-a-variable')
    expect(text).not.toContain('in-the-text')
    expect(text).not.toContain('in-a-cookie')
    expect(text).not.toContain(token)
    expect(text).not.toContain(tester.gatewayKey)
  })

  test('requests at the same time keep their lines apart', async () => {
    const ids = Array.from({ length: 20 }, (_, at) => `request-number-${at}`)
    await Promise.all(
      ids.map((id, at) =>
        tester.ask(`query Q${at} { broken(code: "${at % 2 ? 'CONFLICT' : 'NOT_FOUND'}") }`, {
          headers: { 'x-request-id': id },
        }),
      ),
    )
    for (const [at, id] of ids.entries()) {
      const [line] = operations().filter(({ requestId }) => requestId === id)
      expect(line).toMatchObject({
        operation: { name: `Q${at}` },
        errorCodes: [at % 2 ? 'CONFLICT' : 'NOT_FOUND'],
      })
    }
  })
})

test('a fetch that fails in a hundred places is told once', async () => {
  tester.subgraphs.tenancy.misbehave((_, response) => response.writeHead(502).end())
  await tester.ask('{ users { title badge } version }')
  tester.subgraphs.tenancy.misbehave(null)
  const warnings = tester.log.filter(({ level }) => level === 40)
  expect(warnings).toHaveLength(2)
  expect(warnings[0]).toMatchObject({
    errorCode: 'UPSTREAM_UNAVAILABLE',
    detail: expect.stringContaining('tenancy'),
  })
})
