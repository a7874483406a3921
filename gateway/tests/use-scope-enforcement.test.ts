import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { codes, createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { identity, tenancy } from './support/story-subgraphs.ts'

/**
 * The rules in front of the real planner and real subgraphs. What they decide is tested in
 * scope-enforcement*.test.ts; here it is what reaches whom.
 */
let tester: GatewayTester<'identity' | 'tenancy'>

beforeAll(async () => {
  tester = await createGatewayTester({ definitions: { identity, tenancy } })
})
beforeEach(() => {
  for (const { received } of Object.values(tester.subgraphs)) received.length = 0
})
afterAll(() => tester.close())

const asked = (name: 'identity' | 'tenancy') =>
  tester.subgraphs[name].received.map(({ query }) => query).join('\n')

describe('what was removed', () => {
  test('is asked of no subgraph', async () => {
    const answer = await tester.ask('{ users { name email title } me { name } }')
    expect(codes(answer)).toEqual([
      'users.0.email: UNAUTHENTICATED',
      'users.1.email: UNAUTHENTICATED',
      'me: UNAUTHENTICATED',
    ])
    expect(answer.body.data).toEqual({
      users: [
        { name: 'Ada', email: null, title: 'Owner' },
        { name: 'Bob', email: null, title: 'Member' },
      ],
      me: null,
    })
    expect(asked('identity')).not.toMatch(/email|\bme\b/)
  })

  test('where it is all there was, no subgraph is asked at all', async () => {
    const answer = await tester.ask('mutation { rename(name: "x") }', { token: tester.tokenWith() })
    expect(answer.body).toEqual({
      data: { rename: null },
      errors: [
        {
          message: 'You are not allowed to do this.',
          path: ['rename'],
          locations: [{ line: 1, column: 12 }],
          extensions: {
            code: 'FORBIDDEN',
            requiredScopes: [['identity:users.update']],
            requestId: expect.any(String),
          },
        },
      ],
    })
    expect(asked('identity')).toBe('')
  })

  test('does not run among mutations that may', async () => {
    const answer = await tester.ask('mutation { signIn rename(name: "x") touch }')
    expect(answer.body.data).toEqual({ signIn: 'signed in', rename: null, touch: 'touched' })
    expect(asked('identity')).not.toContain('rename')
  })

  test('keeps its place behind errors of subgraphs', async () => {
    const answer = await tester.ask('{ users { badge email } }')
    expect(codes(answer).sort()).toEqual([
      'users.0.email: UNAUTHENTICATED',
      'users.1.badge: NOT_FOUND',
      'users.1.email: UNAUTHENTICATED',
    ])
  })
})

test('operations of one document are judged apart', async () => {
  const document = 'query Mine { me { name } } query All { users { name } }'
  for (const _ of [1, 2]) {
    const mine = await tester.ask(document, { operationName: 'Mine' })
    expect(mine.body.data).toEqual({ me: null })
    const all = await tester.ask(document, { operationName: 'All' })
    expect(all.body.data).toEqual({ users: [{ name: 'Ada' }, { name: 'Bob' }] })
  }
})

test('a root field that does not say who may use it is refused, alone or among others', async () => {
  await using legacy = await createGatewayTester({
    definitions: {
      legacy: {
        sdl: 'type Query { old: String new: String @public }',
        resolvers: { Query: { old: () => 'leak', new: () => 'yes' } },
      },
    },
  })
  const token = legacy.tokenWith('a:b.read')
  expect(codes(await legacy.ask('{ old }', { token }))).toEqual(['old: FORBIDDEN'])
  expect(codes(await legacy.ask('{ old }'))).toEqual(['old: FORBIDDEN'])
  expect((await legacy.ask('{ old new }', { token })).body.data).toEqual({ old: null, new: 'yes' })
})

describe('callers of one operation', () => {
  const QUERY = 'query Same { users { email ...N } } fragment N on User { name }'

  test('never get or cause what was planned for another', async () => {
    const reader = tester.tokenWith('identity:email.read')
    const outsider = tester.tokenWith('other:thing.read')
    for (const _ of [1, 2]) {
      expect(codes(await tester.ask(QUERY))[0]).toBe('users.0.email: UNAUTHENTICATED')
      expect(codes(await tester.ask(QUERY, { token: outsider }))[0]).toBe(
        'users.0.email: FORBIDDEN',
      )
      expect(asked('identity')).not.toContain('email')
      const answer = await tester.ask(QUERY, { token: reader })
      expect(codes(answer)).toEqual([])
      expect(answer.text).toContain('u1@example.com')
      tester.subgraphs.identity.received.length = 0
    }
  })

  test('at the same time neither', async () => {
    const reader = tester.tokenWith('identity:email.read')
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, at) => tester.ask(QUERY, at % 2 ? { token: reader } : {})),
    )
    for (const [at, { text }] of answers.entries()) {
      expect(text.includes('u1@example.com')).toBe(at % 2 === 1)
    }
  })
})

test('variables of removed fields are still checked, and unused ones harm nothing', async () => {
  const query = 'mutation($n: String!) { rename(name: $n) touch }'
  expect((await tester.ask(query, { variables: { n: 'x' } })).body.data).toEqual({
    rename: null,
    touch: 'touched',
  })
  for (const asked of [query, 'mutation($n: String!) { rename(name: $n) }']) {
    const headers = { accept: 'application/graphql-response+json' }
    const wrong = await tester.ask(asked, { variables: {}, headers })
    expect(codes(wrong)).toEqual([': BAD_USER_INPUT'])
    expect(wrong.status).toBe(400)
  }
})
