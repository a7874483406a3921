import { buildSubgraphSchema } from '@apollo/subgraph'
import { describe, expect, test } from '@jest/globals'
import { parse, print } from 'graphql'
import { mergeDocuments } from '../src/merge-documents.ts'
import { readSubgraphSdl } from '../src/subgraph-sdl.ts'
import { libraryPaths } from './support/library.ts'

describe('the SDL of a subgraph', () => {
  test('is all a subgraph server needs to build its schema', () => {
    const sdl = readSubgraphSdl('people', libraryPaths)
    const schema = buildSubgraphSchema(parse(sdl))
    expect(schema.getQueryType()?.getFields()).toHaveProperty('viewer')
    expect(schema.getType('InvalidInputError')).toBeDefined()
  })

  test('is an error when there is none', () => {
    expect(() => readSubgraphSdl('nobody', libraryPaths)).toThrow(
      'The subgraph "nobody" has no .graphql files',
    )
  })
})

describe('merging documents', () => {
  test('makes one root type of those that modules define or extend', () => {
    const merged = mergeDocuments([
      parse('type Query { a: Int } type A { a: Int }'),
      parse('extend type Query { b: Int }'),
      parse('extend type Mutation { c: Int }'),
    ])
    expect(print(merged)).toBe(
      'type A {\n  a: Int\n}\n\ntype Query {\n  a: Int\n  b: Int\n}\n\ntype Mutation {\n  c: Int\n}',
    )
  })

  test('joins an extension with the definition of its type, and says a key once', () => {
    const merged = mergeDocuments([
      parse('extend type A @key(fields: "id") { b: Int }'),
      parse('type A @key(fields: "id") { id: ID! }'),
    ])
    expect(print(merged)).toBe('type A @key(fields: "id") {\n  id: ID!\n  b: Int\n}')
  })

  test('leaves the extension of a type that another subgraph defines', () => {
    const sdl = 'extend type A @key(fields: "id") {\n  id: ID!\n}'
    expect(print(mergeDocuments([parse(sdl)]))).toBe(sdl)
  })

  test('leaves a type that two modules define for composition to refuse', () => {
    const merged = mergeDocuments([parse('type A { a: Int }'), parse('type A { b: Int }')])
    expect(merged.definitions).toHaveLength(2)
  })
})
