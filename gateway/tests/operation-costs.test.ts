import { describe, expect, test } from '@jest/globals'
import { parse } from 'graphql'
import { createOperationCosts } from '../src/cost/operation-costs.ts'
import { compose } from './support/compose.ts'

const { sdl, schema } = compose({
  shop: `
    type Query {
      shop: Shop @public
      shops: [Shop!] @public
      matrix: [[Shop!]!] @public
      expensive: Report @cost(weight: 50) @public
      report: Report @public
      search(text: String! @cost(weight: 5)): [Found!] @listSize(assumedSize: 3) @public
      page(first: Int = 20, last: Int): Page
        @listSize(assumedSize: 7, slicingArguments: ["first", "last"], sizedFields: ["edges", "nodes"], requireOneSlicingArgument: false) @public
      node: Node @public
    }
    type Mutation {
      rename(name: String!): String @public
      importShops(shops: [ShopInput!]!): Shop @public
    }
    input ShopInput { name: String! logo: LogoInput weight: Int @cost(weight: 3) }
    input LogoInput { url: String! }
    type Page { edges: [Edge!]! nodes: [Shop!]! total: Int }
    type Edge { node: Shop }
    type Report @cost(weight: 20) { text: Blob lines: [Blob!] }
    scalar Blob @cost(weight: 2)
    union Found = Shop | Report
    interface Node { id: ID! node: Node }
    type Shop implements Node @key(fields: "id") { id: ID! name: String owner: Shop node: Node }
    type Other implements Node { id: ID! node: Node many: [Shop!] }
  `,
})
const costs = createOperationCosts(schema, sdl)

function costOf(query: string) {
  const cost = costs.of({ queryHash: query, document: parse(query), operationName: undefined })
  if (!cost) throw new Error('no operation')
  return cost
}
const estimate = (query: string, variables?: Record<string, unknown>) =>
  costOf(query).estimate(variables)

describe('an estimate', () => {
  test.each([
    ['a scalar is free, an object is 1', '{ shop { id name } }', 1],
    ['objects within objects add up', '{ shop { owner { owner { id } } } }', 3],
    ['a list of unknown length counts as ten', '{ shops { owner { id } } }', 20],
    ['lists in lists multiply', '{ matrix { id } }', 100],
    ['@cost on a field holds instead of its type’s', '{ expensive { __typename } }', 50],
    ['@cost on a type and on a scalar', '{ report { text lines } }', 20 + 2 + 10 * 2],
    [
      '@cost on an argument counts once for a list',
      '{ search(text: "a") { ... on Shop { id } } }',
      5 + 3 * 20,
    ],
    ['an alias is another field', '{ a: shop { id } b: shop { id } }', 2],
    ['a field asked for twice counts once', '{ shop { owner { id } } shop { owner { name } } }', 2],
    [
      'fragments count where they are spread',
      '{ shop { ...A ...B } } fragment A on Shop { owner { id } } fragment B on Shop { owner { name } }',
      2,
    ],
    ['a mutation is 10', 'mutation { rename(name: "a") }', 10],
    [
      'each object of an input is 1',
      'mutation { importShops(shops: [{ name: "a" }, { name: "b", weight: 1, logo: { url: "" } }]) { id } }',
      10 + 2 + 1 + 3 + 1,
    ],
    ['introspection is 1', '{ __schema { types { fields { name } } } }', 1],
    [
      'the dearest type that may be there counts',
      '{ node { ... on Shop { owner { id } } ... on Other { many { id } } } }',
      11,
    ],
  ])('%s', (_, query, expected) => {
    expect(estimate(query)).toBe(expected)
  })

  test('a slicing argument is the length of the sized fields', () => {
    expect(estimate('{ page(first: 4) { edges { node { id } } total } }')).toBe(1 + 4 * 2)
    expect(estimate('{ page { nodes { id } } }')).toBe(1 + 20)
    expect(estimate('{ page(first: null) { nodes { id } } }')).toBe(1 + 7)
    expect(estimate('{ page(first: 2, last: 9) { nodes { id } } }')).toBe(1 + 9)
    expect(estimate('{ page(first: 0) { nodes { id } } }')).toBe(1)
  })

  test('variables are looked at in each request', () => {
    const query = 'query($n: Int = 3) { page(first: $n) { nodes { id } } }'
    expect(estimate(query)).toBe(4)
    expect(estimate(query, { n: 30 })).toBe(31)
    expect(estimate(query, { n: null })).toBe(8)
    expect(estimate(query, { n: 'not a number' })).toBe(8)
    expect(estimate(query, { n: -5 })).toBe(8)
  })

  test('items of an input that comes as a variable count', () => {
    const query = 'mutation($s: [ShopInput!]!) { importShops(shops: $s) { id } }'
    const shops = Array.from({ length: 100 }, () => ({ name: 'a' }))
    expect(estimate(query, { s: shops })).toBe(10 + 100 + 1)
  })

  test('what is skipped is free', () => {
    const query =
      'query($x: Boolean!) { shop { owner @include(if: $x) { id } } shops @skip(if: $x) { id } }'
    expect(estimate(query, { x: true })).toBe(2)
    expect(estimate(query, { x: false })).toBe(11)
  })

  test('an operation made to multiply itself over abstract types is refused', () => {
    const level = (depth: number): string => (depth === 0 ? 'id' : `node { ${level(depth - 1)} }`)
    const shared = (depth: number): string =>
      depth === 0
        ? 'id'
        : `... on Shop { node { ${level(depth)} } } ... on Other { node { ${level(depth)} } } node { ${shared(depth - 1)} }`
    expect(() => estimate(`{ node { ${shared(18)} } }`)).toThrow('too much')
  })

  test('an interface that leads to itself is done once a level', () => {
    const level = (depth: number): string => (depth === 0 ? 'id' : `node { ${level(depth - 1)} }`)
    expect(estimate(`{ ${level(18)} }`)).toBe(18)
  })
})

describe('what an operation did cost', () => {
  test('is counted in the lists of the response', () => {
    const cost = costOf('{ shops { owner { id } } report { lines } }')
    const data = { shops: [{ owner: { id: '1' } }, { owner: null }], report: { lines: ['a', 'b'] } }
    expect(cost.actual(data, {})).toBe(3 + 20 + 4)
  })

  test('with arguments and what is not there', () => {
    expect(costOf('mutation { rename(name: "a") }').actual({ rename: null }, {})).toBe(10)
    expect(costOf('{ shop { id } }').actual({}, {})).toBe(0)
  })

  test('objects of abstract types tell what they are', () => {
    const cost = costOf('{ search(text: "a") { ... on Report { text } ... on Shop { id } } }')
    const search = [
      { __typename: 'Report', text: '' },
      { __typename: 'Shop', id: '1' },
    ]
    expect(cost.actual({ search }, {})).toBe(5 + 20 + 2 + 1)
  })
})

test('directives are known under the names that the supergraph gives them', () => {
  const head = `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
      import: ["@key" { name: "@cost", as: "@price" } { name: "@listSize", as: "@length" }])`
  const renamed = compose({
    one: `${head} type Query { a: A @price(weight: 7) b: [A] @length(assumedSize: 2) } type A { id: ID }`,
  })
  const document = parse('{ a { id } b { id } }')
  const cost = createOperationCosts(renamed.schema, renamed.sdl).of({
    queryHash: '',
    document,
    operationName: undefined,
  })
  expect(cost?.estimate({})).toBe(9)
})
