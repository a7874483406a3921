import { expect, test } from '@jest/globals'
import { buildSchema, type OperationDefinitionNode, parse } from 'graphql'
import { createKnownOperations, type KnownOperation } from './known-operations.ts'

const schema = buildSchema('type Query { a: Int }')

function operationOf(source: string, at = 0): KnownOperation {
  const document = parse(source)
  const operation = document.definitions[at] as OperationDefinitionNode
  return { schema, source, queryHash: `hash of ${source}`, document, operation }
}

test('an operation is known by its text and by the name that was asked for', () => {
  const known = createKnownOperations()
  const source = 'query A { a } query B { a }'
  const [a, b] = [operationOf(source), operationOf(source, 1)]
  known.remember(a, 'A')
  known.remember(b, 'B')
  expect(known.find(schema, source, 'A')).toBe(a)
  expect(known.find(schema, source, 'B')).toBe(b)
  expect(known.find(schema, source, undefined)).toBeNull()
  expect(known.find(schema, `${source} `, 'A')).toBeNull()
})

test('it is not known of another schema, until it was found valid there', () => {
  const known = createKnownOperations()
  const operation = operationOf('{ a }')
  known.remember(operation, undefined)
  const later = buildSchema('type Query { a: Int }')
  expect(known.find(later, '{ a }', undefined)).toBeNull()
  known.remember({ ...operation, schema: later }, undefined)
  expect(known.find(later, '{ a }', undefined)?.schema).toBe(later)
  expect(known.find(schema, '{ a }', undefined)).toBeNull()
})

test('those used longest ago are forgotten where there is much to remember', () => {
  const known = createKnownOperations()
  const sourceOf = (number: number) => `{ a } #${number}${' '.repeat(900_000)}`
  for (let number = 0; number < 4; number += 1) {
    known.remember(operationOf(sourceOf(number)), undefined)
    known.find(schema, sourceOf(0), undefined)
  }
  known.remember(operationOf(sourceOf(4)), undefined)
  const areKnown = [0, 1, 2, 3, 4].map((number) => known.find(schema, sourceOf(number), undefined))
  expect(areKnown.map(Boolean)).toEqual([true, false, true, true, true])
})
