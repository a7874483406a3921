import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { isErrorCode } from '@logicspike/errors'
import { codes, createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { identity, tenancy } from './support/story-subgraphs.ts'

let tester: GatewayTester<'identity' | 'tenancy'>

beforeAll(async () => {
  tester = await createGatewayTester({ definitions: { identity, tenancy } })
})
afterAll(() => tester.close())

describe('what a subgraph says to the client comes through', () => {
  test.each([
    'UNAUTHENTICATED',
    'FORBIDDEN',
    'NOT_FOUND',
    'CONFLICT',
    'RATE_LIMITED',
    'BAD_USER_INPUT',
    'ENTITLEMENT_REQUIRED',
  ])('%s, with its message, its public facts and its place', async (code) => {
    const { body } = await tester.ask(`{ here: broken(code: "${code}") users { id } }`)
    expect(body.data).toMatchObject({ here: null, users: [{ id: 'u1' }, { id: 'u2' }] })
    expect(body.errors).toEqual([
      {
        message: 'told by the subgraph',
        path: ['here'],
        extensions: { code, retryAfterSeconds: 7, requestId: expect.stringMatching(/^req_/) },
      },
    ])
  })

  test('at its place in a list of entities of another subgraph', async () => {
    const answer = await tester.ask('{ workspaces { owner { name b: badge } } }')
    expect(codes(answer)).toEqual(['workspaces.1.owner.b: NOT_FOUND'])
    expect(answer.body.data).toEqual({
      workspaces: [{ owner: { name: 'Ada', b: 'gold' } }, { owner: { name: 'Bob', b: null } }],
    })
  })
})

describe('everything else is masked', () => {
  test.each([
    ['a code of its own', 'MY_INTERNAL_CODE'],
    ['its fault', 'INTERNAL'],
    ['the fault of its server', 'INTERNAL_SERVER_ERROR'],
    ['a document it cannot run, which the gateway wrote', 'GRAPHQL_VALIDATION_FAILED'],
    ['a name from every object', 'constructor'],
  ])('%s', async (_, code) => {
    const message = 'SELECT * FROM users at http://10.0.0.7:4001'
    const { body, text } = await tester.ask(
      'query($m: String) { broken(code: "CODE", message: $m) }'.replace('CODE', code),
      {
        variables: { m: message },
      },
    )
    expect(body.errors).toEqual([
      {
        message: 'Something went wrong on our side.',
        path: ['broken'],
        extensions: { code: 'INTERNAL', requestId: expect.any(String) },
      },
    ])
    expect(text).not.toMatch(/SELECT|10\.0\.0\.7|stack/)
    expect(JSON.stringify(tester.log.at(-2))).toContain('SELECT * FROM users')
  })

  test('an error without any code, beside a field that is fine', async () => {
    const answer = await tester.ask('{ both { fine failing } }')
    expect(answer.body.data).toEqual({ both: { fine: 'yes', failing: null } })
    expect(codes(answer)).toEqual(['both.failing: INTERNAL'])
    expect(answer.text).not.toContain('ECONNREFUSED')
  })

  test('a subgraph that drains is unavailable, in the words of the gateway', async () => {
    const { body } = await tester.ask(
      '{ broken(code: "SERVICE_UNAVAILABLE", message: "pod-7 drains") }',
    )
    expect(body.errors?.[0]).toMatchObject({
      message: 'A part of the platform cannot be reached right now.',
      extensions: { code: 'UPSTREAM_UNAVAILABLE' },
    })
  })

  test('extensions that tell of the inside are left out, addresses in any of them too', async () => {
    const { text } = await tester.ask('{ broken(code: "NOT_FOUND") }')
    expect(text).not.toMatch(/stacktrace|secret\.ts|serviceName|10\.0\.0\.7|identity/)
  })
})

describe('a subgraph that answers off the schema', () => {
  const answering = async (data: unknown, query: string) => {
    await using odd = await createGatewayTester({ definitions: { identity } })
    odd.subgraphs.identity.misbehave((_, response) => response.end(JSON.stringify(data)))
    return await odd.ask(query)
  }

  test('with null where none may be: an error there, and null propagates', async () => {
    const answer = await answering(
      { data: { user: { id: 'u1', name: null } } },
      '{ user(id: "u1") { id name } }',
    )
    expect(answer.body).toEqual({
      data: { user: null },
      errors: [
        {
          message: 'Something went wrong on our side.',
          path: ['user', 'name'],
          extensions: { code: 'INTERNAL', requestId: expect.any(String) },
        },
      ],
    })
  })

  test('with null for an entity: it is not there for this caller, and that is no error', async () => {
    await using tester = await createGatewayTester({ definitions: { identity, tenancy } })
    tester.subgraphs.identity.misbehave((_, response) =>
      response.end(JSON.stringify({ data: { _entities: [{ name: 'Ada' }, null] } })),
    )
    const { body } = await tester.ask('{ workspaces { id owner { id name } } }')
    expect(body).toEqual({
      data: {
        workspaces: [
          { id: 'w1', owner: { id: 'u1', name: 'Ada' } },
          { id: 'w2', owner: null },
        ],
      },
    })
  })

  test('with an error of the whole request: one at every field asked for', async () => {
    const refusal = { errors: [{ message: 'no key', extensions: { code: 'UNAUTHENTICATED' } }] }
    const answer = await answering(refusal, '{ a: user(id: "u1") { id } broken(code: "x") }')
    expect(answer.body.data).toEqual({ a: null, broken: null })
    expect(codes(answer)).toEqual(['a: UNAUTHENTICATED', 'broken: UNAUTHENTICATED'])
  })

  test('with a path that is none: the error stands at the field asked for', async () => {
    const odd = {
      data: { broken: null },
      errors: [{ message: 'x', path: [{ a: 1 }], extensions: { code: 'NOT_FOUND' } }],
    }
    expect(codes(await answering(odd, '{ broken(code: "x") }'))).toEqual(['broken: NOT_FOUND'])
  })

  test('with extensions and unknown members: they do not come through', async () => {
    const odd = {
      data: { broken: 'ok' },
      extensions: { tracing: { host: 'pod-7' } },
      debug: 'pod-7',
    }
    expect((await answering(odd, '{ broken(code: "x") }')).body).toEqual({ data: { broken: 'ok' } })
  })
})

test('every error the gateway answers has a code of the closed set and the request’s id', async () => {
  const answers = await Promise.all([
    tester.ask('{'),
    tester.ask('{ nothing }'),
    tester.ask('query A { version } query B { version }', { operationName: 'C' }),
    tester.ask('query($id: ID!) { user(id: $id) { id } }', { variables: { id: {} } }),
    tester.ask(''),
    tester.ask('subscription { x }'),
    tester.ask('{ me { id } }', { token: 'bad' }),
    tester.ask('{ version }', { headers: { 'content-type': 'text/plain' } }),
  ])
  for (const { body, headers } of answers) {
    expect(body.errors?.length).toBeGreaterThan(0)
    for (const { extensions } of body.errors ?? []) {
      expect(isErrorCode(extensions.code)).toBe(true)
      expect(extensions.code).not.toBe('INTERNAL')
      expect(extensions.requestId).toBe(headers.get('x-request-id'))
    }
  }
})

test('what the planner decided is not for clients', async () => {
  const answer = await tester.ask('{ version }', {
    headers: {
      'apollo-query-plan-experimental': '1',
      'apollo-query-plan-experimental-format': 'internal',
    },
  })
  expect(answer.body).toEqual({ data: { version: '1' } })
})
