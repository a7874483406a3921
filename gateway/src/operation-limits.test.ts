import { describe, expect, test } from '@jest/globals'
import { getIntrospectionQuery, parse } from 'graphql'
import {
  checkOperationLimits,
  defaultOperationLimits,
  type OperationLimits,
} from './operation-limits.ts'

const generous: OperationLimits = {
  tokens: Number.POSITIVE_INFINITY,
  depth: Number.POSITIVE_INFINITY,
  aliases: Number.POSITIVE_INFINITY,
  directives: Number.POSITIVE_INFINITY,
  deferred: Number.POSITIVE_INFINITY,
  variableBytes: Number.POSITIVE_INFINITY,
  rootFields: Number.POSITIVE_INFINITY,
  fields: Number.POSITIVE_INFINITY,
  cost: Number.POSITIVE_INFINITY,
}
const check = (query: string, limits: Partial<OperationLimits>) =>
  checkOperationLimits(parse(query), { ...generous, ...limits })

/** `n` fragments, each of which spreads the next one twice: 2ⁿ fields in n lines. */
const doubling = (n: number) =>
  `{ ...F0 } ${Array.from({ length: n }, (_, at) => `fragment F${at} on Query { ...F${at + 1} ... { ...F${at + 1} } }`).join(' ')} fragment F${n} on Query { a: x }`

describe('each limit holds exactly', () => {
  test.each<[keyof OperationLimits, string, number]>([
    ['depth', '{ a { b { c } } }', 3],
    ['depth', '{ a { ...F } } fragment F on T { b { c } }', 3],
    ['depth', '{ a { ... on T { ... { b } } } }', 2],
    ['aliases', '{ x: a y: b { z: c } d }', 3],
    ['aliases', '{ ...F ...F } fragment F on Query { x: a }', 2],
    ['rootFields', '{ a b { c d } ... { e } }', 3],
    ['rootFields', 'mutation { ...M ...M } fragment M on Mutation { a b }', 4],
    ['fields', '{ a { b c } ...F } fragment F on Query { d { e } }', 5],
    ['fields', doubling(10), 1024],
  ])('%s of %s', (limit, query, size) => {
    expect(() => check(query, { [limit]: size })).not.toThrow()
    expect(() => check(query, { [limit]: size - 1 })).toThrow(
      expect.objectContaining({
        code: 'OPERATION_TOO_COSTLY',
        extensions: { limit, maximum: size - 1 },
      }),
    )
  })
})

test('every operation of a document is measured, chosen or not', () => {
  expect(() => check('query A { a } query B { a { b } }', { depth: 1 })).toThrow('depth')
})

test('fragments that double themselves are measured without being written out', () => {
  expect(() => check(doubling(60), { fields: 10_000 })).toThrow('fields')
})

test('a fragment that contains itself is measured to an end', () => {
  expect(() => check('{ ...F } fragment F on T { a { ...F } }', {})).not.toThrow()
})

test('aliases that look like names of the system are reserved', () => {
  expect(() => check('{ a { __typename: name } }', {})).toThrow('two underscores')
  expect(() => check('{ a { ...F } } fragment F on T { __x: name }', {})).toThrow('two underscores')
  expect(() => check('{ a { __typename: __typename kind: __typename } }', {})).not.toThrow()
})

test('the introspection of tools is within the limits', () => {
  const query = getIntrospectionQuery({
    specifiedByUrl: true,
    oneOf: true,
    inputValueDeprecation: true,
  })
  expect(() => check(query, defaultOperationLimits)).not.toThrow()
})
