import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { buildSchema, type OperationDefinitionNode, parse } from 'graphql'
import { completeResponse } from './complete-response.ts'
import type { JsonObject } from './json.ts'
import { shapeResponse } from './response-shape.ts'
import { compileResponseWriter } from './write-response.ts'

const schema = buildSchema(`
  type Query { text: String! items: [Item!] grid: [[Item]] nodes: [Node] node: Node count: Int }
  enum Color { RED GREEN }
  interface Node { id: ID! name: String }
  type Item implements Node {
    id: ID! name: String size: Float count: Int! tags: [String] flag: Boolean color: Color of: [Item!]
  }
  type Note implements Node { id: ID! name: String text: String }
`)
const operation = parse(`{
  count words: text
  items { id name size count tags flag color of { label: name } }
  grid { name }
  nodes { __typename id ... on Note { text } ... on Item { tags } }
  node { id name }
}`).definitions[0] as OperationDefinitionNode
const shape = shapeResponse(schema, operation, {}, ({ alias, name }) => (alias ?? name).value)
const write = compileResponseWriter(shape, schema)

function responseData(text: fc.Arbitrary<string>): fc.Arbitrary<JsonObject> {
  const some = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { freq: 4 })
  const note = fc.record({
    __typename: fc.constant('Note'),
    id: text,
    name: some(text),
    text: some(text),
  })
  const leaf = fc.record({ __typename: fc.constant('Item'), id: text, label: some(text) })
  const item = fc.record(
    {
      __typename: fc.constant('Item'),
      id: text,
      name: some(text),
      size: some(fc.double({ noNaN: true, noDefaultInfinity: true })),
      count: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      tags: some(fc.array(some(text), { maxLength: 3 })),
      flag: some(fc.boolean()),
      color: some(fc.constantFrom('RED', 'GREEN')),
      of: some(fc.array(leaf, { maxLength: 2 })),
      more: fc.constant('nobody asked for'),
    },
    { requiredKeys: ['__typename', 'id', 'count'] },
  )
  const nodeOf = <Value>(values: readonly Value[]) => fc.constantFrom(...values)
  // Lists of few objects, so that many stand in several places.
  return fc.tuple(fc.array(item, { minLength: 1, maxLength: 4 }), note).chain(([items, note]) =>
    fc.record({
      count: some(fc.integer({ min: 0, max: 9 })),
      words: text,
      items: some(fc.array(nodeOf(items), { maxLength: 12 })),
      grid: some(fc.array(some(fc.array(some(nodeOf(items)), { maxLength: 4 })), { maxLength: 3 })),
      nodes: some(fc.array(some(nodeOf<object>([...items, note])), { maxLength: 8 })),
      node: some(nodeOf<object>([...items, note])),
    }),
  )
}

const completed = (data: JsonObject) =>
  completeResponse(shape, schema, data, new Set(), () => false)

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.constantFrom('"\\\n\u2028', '\ud800', '日本語 🎈', 'é'.repeat(5_000)),
)
const plainText = fc.stringMatching(/^[ !#-[\]-~]{0,60}$/)

test.each([
  ['of any characters', anyText, false],
  ['of characters that need no escaping', plainText, false],
  ['of characters that need no escaping, known to be such', plainText, true],
])('what is written is the completed response as JSON, with texts %s', (_, text, plain) => {
  fc.assert(
    fc.property(responseData(text), (data) => {
      const expected = completed(data)
      expect(expected.faults).toEqual([])
      expect(write(data, plain)?.toString()).toBe(JSON.stringify({ data: expected.data }))
    }),
    { numRuns: 80 },
  )
})

test('more objects than are remembered to no avail, then many in several places', () => {
  const items = Array.from({ length: 2_500 }, (_, at) => ({ id: `${at}`, count: at, name: 'ü' }))
  const alone = { words: '', items }
  const repeated = { words: '', items: [...items, ...items, ...items] }
  for (const data of [alone, repeated, alone, repeated]) {
    expect(write(data, false)?.toString()).toBe(JSON.stringify({ data: completed(data).data }))
  }
})

test.each<[string, JsonObject]>([
  ['null where none may be', { words: null }],
  ['nothing where something must be', {}],
  ['a number for a text', { words: 1 }],
  ['an object for a list', { words: '', items: {} }],
  ['a list for an object', { words: '', items: [[]] }],
  ['a fraction for an Int', { words: '', count: 1.5 }],
  ['no value of an enum', { words: '', items: [{ id: '1', count: 1, color: 'BLUE' }] }],
  ['an object of no known type', { words: '', nodes: [{ __typename: 'Nobody', id: '1' }] }],
])('%s is nothing to be written; what comes next is', (_, data) => {
  expect(write(data, false)).toBeNull()
  expect(completed(data).faults).not.toEqual([])
  const next = { words: 'next' }
  expect(write(next, true)?.toString()).toBe(JSON.stringify({ data: completed(next).data }))
})

test('what was written where is forgotten with the response: the next one has it elsewhere', () => {
  const item = { id: '1', count: 1, name: 'a' }
  for (const words of ['', 'longer', 'x'.repeat(500), '']) {
    const data = { words, items: [item, item] }
    expect(write(data, true)?.toString()).toBe(JSON.stringify({ data: completed(data).data }))
  }
})
