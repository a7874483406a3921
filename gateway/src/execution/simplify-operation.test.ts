import { expect, test } from '@jest/globals'
import { buildSchema, type OperationDefinitionNode, parse, print } from 'graphql'
import { simplifyOperation } from './simplify-operation.ts'

const schema = buildSchema(`
  type Query { media: Media node: Node }
  interface Node { id: ID! }
  interface Media { id: ID! title: String }
  type Book implements Node & Media { id: ID! title: String pages: Int }
  type Movie implements Media { id: ID! title: String minutes: Int }
`)

function simplified(text: string): string {
  const [operation] = parse(text).definitions
  return print(simplifyOperation(operation as OperationDefinitionNode, schema)).replace(/\s+/g, ' ')
}

test.each([
  ['{ media { title ... on Book { pages } } }', '{ media { title ... on Book { pages } } }'],
  ['{ media { ... on Book { ... on Node { id } } } }', '{ media { ... on Book { id } } }'],
  ['{ node { ... on Media { ... on Movie { minutes } id } } }', '{ node { ... on Media { id } } }'],
  [
    '{ media { ... on Movie { ... on Node { id } } } }',
    '{ media { ... on Movie { __typename } } }',
  ],
  ['{ media { id ... on Media @include(if: true) { title } } }', '{ media { id title } }'],
  ['{ media { id title @skip(if: true) } }', '{ media { id } }'],
  ['{ media { title @skip(if: true) } }', '{ media { __typename } }'],
  [
    'query ($a: Boolean!) { media { ... @skip(if: $a) { title } } }',
    'query ($a: Boolean!) { media { ... @skip(if: $a) { title } } }',
  ],
])('%s is planned as %s', (text, planned) => {
  expect(simplified(text)).toBe(planned)
})
