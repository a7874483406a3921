import { describe, expect, test } from '@jest/globals'
import { type OperationDefinitionNode, parse, print } from 'graphql'
import { createResponseKeys } from './response-keys.ts'

const SUPERGRAPH = `
  type Query { user: User node: Node }
  interface Node { id: ID! }
  type User implements Node {
    id: ID! name: String
    price(currency: String): Int
    total: Int @join__field(graph: B, requires: "price(currency: \\"EUR\\") id")
  }
`
const renamedOn = (supergraph: string) => (query: string) => {
  const operation = parse(query).definitions[0] as OperationDefinitionNode
  const { operation: renamed, clientKeys } = createResponseKeys(parse(supergraph)).rename(operation)
  return {
    isSame: renamed === operation,
    text: print(renamed).replace(/\s+/g, ' '),
    keys: Object.fromEntries(clientKeys),
  }
}
const rename = renamedOn(SUPERGRAPH)

describe('keys that stay as the client chose them', () => {
  test.each([
    ['names of fields', '{ user { id name } }'],
    ['aliases that are no field’s name', '{ someone: user { label: name } }'],
    ['an alias that is the field’s own name', '{ user { name: name } }'],
    ['what @requires asks for without arguments', '{ user { total id } }'],
    ['type names', '{ user { __typename kind: __typename } }'],
  ])('%s', (_, query) => {
    expect(rename(query)).toMatchObject({ isSame: true, keys: {} })
  })
})

describe('what two types that stand at one place have under one key', () => {
  test('is kept apart where it is not the same', () => {
    expect(
      rename('{ node { ... on User { label: name } ... on Item { label: title } id } }'),
    ).toMatchObject({
      text: '{ node { ... on User { _k_0a_label: name } ... on Item { _k_1a_label: title } id } }',
      keys: { _k_0a_label: 'label', _k_1a_label: 'label' },
    })
  })

  test('is kept apart where its arguments are not the same, further down as well', () => {
    const { text } = rename(
      '{ node { ... on User { a { b(x: 1) c } } ... on Item { a { b(x: 2) c } } } }',
    )
    expect(text).toBe(
      '{ node { ... on User { a { _k_0a_b: b(x: 1) c } } ... on Item { a { _k_1a_b: b(x: 2) c } } } }',
    )
  })

  test('stays as it is where it is the same, and at other places', () => {
    expect(
      rename('{ node { ... on User { b(x: 1) } ... on Item { b(x: 1) } } other { b(x: 2) } }'),
    ).toMatchObject({ isSame: true })
  })
})

describe('keys that a planner could take for another field', () => {
  test('aliases that are the names of other fields are marked, wherever they stand', () => {
    expect(rename('{ name: user { ... on Node { name: id } id: name } }')).toEqual({
      isSame: false,
      text: '{ _k_name: user { ... on Node { _k_name: id } _k_id: name } }',
      keys: { _k_name: 'name', _k_id: 'id' },
    })
  })

  test('names of fields of any type count, of interfaces as well', () => {
    expect(rename('{ user { total: name } node { user: id } }').keys).toEqual({
      _k_total: 'total',
      _k_user: 'user',
    })
  })

  test('what @requires asks for with arguments is marked under every key', () => {
    expect(rename('{ user { price(currency: "INR") usd: price(currency: "USD") } }')).toMatchObject(
      {
        text: '{ user { _k_price: price(currency: "INR") _k_usd: price(currency: "USD") } }',
        keys: { _k_price: 'price', _k_usd: 'usd' },
      },
    )
  })

  test('what is inside introspection is left alone', () => {
    const query = '{ __type(name: "User") { id: name } __schema { name: queryType { name } } }'
    expect(rename(query)).toMatchObject({ isSame: true, keys: {} })
  })
})

test('no field’s name begins with the mark, so that nothing marked is one', () => {
  const marked = renamedOn('type Query { _a: Int __k_id: Int id: Int ___b: Int }')('{ id: _a }')
  expect(marked.text).toBe('{ ____k_id: _a }')
})
