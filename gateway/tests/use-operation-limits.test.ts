import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { codes, createGatewayTester, type GatewayTester } from './support/gateway-tester.ts'
import { identity } from './support/story-subgraphs.ts'

let tester: GatewayTester<'identity'>

beforeAll(async () => {
  tester = await createGatewayTester({ definitions: { identity } })
})
afterAll(() => tester.close())

describe('an operation over a limit is refused before anything is done with it', () => {
  test.each([
    ['aliases', `{ ${Array.from({ length: 101 }, (_, at) => `a${at}: version`).join(' ')} }`],
    ['directives', `{ users { ${'id @skip(if: false) '.repeat(101)} } }`],
    [
      'directives in fragments',
      `{ users { ${'...F '.repeat(51)} } } fragment F on User { id @skip(if: false) @include(if: true) }`,
    ],
    [
      'aliases in fragments',
      `{ users { ${'...F '.repeat(51)} } } fragment F on User { a: id b: id }`,
    ],
    ['root fields', `{ ${'version '.repeat(41)} }`],
    ['fields', `{ users { ${'id '.repeat(2_001)} } }`],
    ['depth', `{ ${'a { '.repeat(20)} a ${'} '.repeat(20)} }`],
    ['tokens', `{ users { ${'id '.repeat(5_001)} } }`],
    [
      'fragments',
      `{ ...F0 } ${Array.from({ length: 40 }, (_, at) => `fragment F${at} on Query { ...F${at + 1} ...F${at + 1} }`).join(' ')} fragment F40 on Query { users { id } }`,
    ],
  ])('%s', async (_, query) => {
    const startedAt = performance.now()
    const answer = await tester.ask(query)
    expect(answer.status).toBe(400)
    expect(codes(answer)).toEqual([': OPERATION_TOO_COSTLY'])
    expect(performance.now() - startedAt).toBeLessThan(1_000)
    expect(tester.subgraphs.identity.received).toEqual([])
  })

  test('and before it is asked who sent it', async () => {
    const answer = await tester.ask(`{ ${'users { id } '.repeat(41)} }`, { token: 'bad' })
    expect(codes(answer)).toEqual([': OPERATION_TOO_COSTLY'])
  })

  test('variables alike', async () => {
    const answer = await tester.ask('query($id: ID!) { user(id: $id) { id } }', {
      variables: { id: 'ü'.repeat(100_000) },
    })
    expect(codes(answer)).toEqual([': OPERATION_TOO_COSTLY'])
  })

  test('a batch counts as too many operations, however small', async () => {
    const response = await fetch(`${tester.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(Array.from({ length: 2 }, () => ({ query: '{ users { id } }' }))),
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_REQUEST' } }],
    })
    expect(tester.subgraphs.identity.received).toEqual([])
  })

  test('fragments that contain each other are refused', async () => {
    const answer = await tester.ask(
      '{ users { ...A } } fragment A on User { id ...B } fragment B on User { id ...A }',
    )
    expect(codes(answer)).toEqual([': GRAPHQL_VALIDATION_FAILED'])
  })

  test('by GET alike', async () => {
    const query = encodeURIComponent(`{ ${'users{id} '.repeat(41)}}`)
    const response = await fetch(`${tester.url}/graphql?query=${query}`, {
      headers: { 'apollo-require-preflight': '1' },
    })
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'OPERATION_TOO_COSTLY', limit: 'rootFields', maximum: 40 } }],
    })
  })

  test('a reserved alias is refused: with it, data could pass for its own type', async () => {
    const answer = await tester.ask('{ users { __typename: name } }')
    expect(codes(answer)).toEqual([': BAD_REQUEST'])
  })
})

test('an operation within the limits is answered, the second time too', async () => {
  for (const _ of [1, 2]) expect((await tester.ask('{ users { id } }')).status).toBe(200)
})

test('the limits can be set', async () => {
  await using strict = await createGatewayTester({
    definitions: { identity },
    limits: { depth: 1 },
  })
  expect(codes(await strict.ask('{ users { id } }'))).toEqual([': OPERATION_TOO_COSTLY'])
})
