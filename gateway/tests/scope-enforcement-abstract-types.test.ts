import { describe, expect, test } from '@jest/globals'
import { buildSchema } from 'graphql'
import { authorizedExecution, authorizedSchema } from './support/authorized-execution.ts'

const data = {
  things: [
    { __typename: 'Note', id: 'n1', text: 'hello', secret: 's1', by: { id: 'p1', name: 'Ada' } },
    { __typename: 'Contract', id: 'c1', amount: 7, secret: 's2', by: { id: 'p2', name: 'Bob' } },
  ],
  found: [
    { __typename: 'Note', id: 'n1', text: 'hello' },
    { __typename: 'Contract', id: 'c1', amount: 7 },
  ],
  sealed: { __typename: 'Letter', id: 'l1' },
}

/**
 * Hand-written, because newer composition copies the rules of implementers up to the interface:
 * supergraphs of older composers do not have those copies (GHSA-x33c-7c2v-mrj9).
 */
const LINKS = `
  schema
    @link(url: "https://specs.apollo.dev/link/v1.0")
    @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
    @link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)
    @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY)
  { query: Query }
  directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
  enum link__Purpose { SECURITY EXECUTION }
  scalar link__Import
  scalar requiresScopes__Scope
  directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
  directive @requiresScopes(scopes: [[requiresScopes__Scope!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
`
const TYPES = `
  type Person { id: ID! name: String }
  interface Thing { id: ID! secret: String by: Person }
  type Note implements Thing { id: ID! text: String secret: String by: Person }
  type Contract implements Thing @requiresScopes(scopes: [["contract:all.read"]]) {
    id: ID! amount: Int by: Person
    secret: String @requiresScopes(scopes: [["contract:secret.read"]])
  }
  type Letter @authenticated { id: ID! }
  union Found = Note | Contract
  union Sealed = Letter
  type Query { things: [Thing!]! found: [Found] sealed: Sealed }
`
const handWritten = `${LINKS}${TYPES}`

const judge = authorizedExecution(handWritten, buildSchema(handWritten), data)
const ask = (query: string, as?: readonly string[]) =>
  judge(query, { unmarkedRootFields: 'allow', ...(as && { as }) })

describe('interfaces whose implementers differ', () => {
  test('a field is refused where one possible type refuses it', () => {
    expect(ask('{ things { __typename secret } }', ['contract:all.read'])).toMatchObject({
      data: {
        things: [
          { __typename: 'Note', secret: null },
          { __typename: 'Contract', secret: null },
        ],
      },
      errors: ['things.0.secret: FORBIDDEN', 'things.1.secret: FORBIDDEN'],
      scopes: [
        [['contract:all.read', 'contract:secret.read']],
        [['contract:all.read', 'contract:secret.read']],
      ],
    })
  })

  test('a fragment on an unprotected type is answered, one on a protected type is not', () => {
    const query = '{ things { ... on Note { id secret } ... on Contract { id amount } } }'
    expect(ask(query)).toMatchObject({
      data: null,
      errors: ['things.1.id: UNAUTHENTICATED', 'things.1.amount: UNAUTHENTICATED'],
    })
    expect(
      ask('{ things { ... on Note { id secret } ... on Contract { amount } } }'),
    ).toMatchObject({
      data: { things: [{ id: 'n1', secret: 's1' }, { amount: null }] },
      errors: ['things.1.amount: UNAUTHENTICATED'],
      ran: '{ things { __typename ... on Note { id secret } } }',
    })
  })

  test('the interface inside a fragment on one type is judged for that type only', () => {
    const query = '{ things { ... on Note { ... on Thing { secret } } } }'
    expect(ask(query)).toMatchObject({ data: { things: [{ secret: 's1' }, {}] }, errors: [] })
  })

  test('a type hidden in nested fragments is judged', () => {
    const query =
      '{ things { ... on Thing { ... { ...C } } } } fragment C on Contract { x: amount }'
    expect(ask(query)).toMatchObject({
      data: { things: [{}, { x: null }] },
      errors: ['things.1.x: UNAUTHENTICATED'],
    })
  })

  test('with every scope all is answered', () => {
    const query = '{ things { id secret ... on Contract { amount } } }'
    expect(ask(query, ['contract:all.read', 'contract:secret.read'])).toMatchObject({
      data: {
        things: [
          { id: 'n1', secret: 's1' },
          { id: 'c1', secret: 's2', amount: 7 },
        ],
      },
      errors: [],
    })
  })

  test('what was added to tell the types apart is not in the answer', () => {
    const { data: answer } = ask('{ things { ... on Contract { amount } ... on Note { text } } }')
    expect(JSON.stringify(answer)).toBe('{"things":[{"text":"hello"},{"amount":null}]}')
  })

  test('a type name that was asked for stays, under its alias too', () => {
    const query = '{ things { kind: __typename ... on Contract { amount } } }'
    expect(ask(query).data).toEqual({
      things: [{ kind: 'Note' }, { kind: 'Contract', amount: null }],
    })
  })

  test('a field refused on the interface but allowed by a fragment is answered where allowed', () => {
    const query = '{ things { s: secret ... on Note { s: secret } } }'
    expect(ask(query)).toMatchObject({
      data: { things: [{ s: 's1' }, { s: null }] },
      errors: ['things.1.s: UNAUTHENTICATED'],
    })
  })

  test('below such a field, what only the refused place asks for is refused', () => {
    const query = '{ things { by { name } ... on Note { by { id } } } }'
    expect(ask(query)).toMatchObject({
      data: { things: [{ by: { name: null, id: 'p1' } }, { by: null }] },
      errors: ['things.0.by.name: UNAUTHENTICATED', 'things.1.by: UNAUTHENTICATED'],
    })
  })
})

describe('unions', () => {
  test('each member is judged by itself', () => {
    expect(ask('{ found { ... on Note { text } ... on Contract { amount } } }')).toMatchObject({
      data: { found: [{ text: 'hello' }, { amount: null }] },
      errors: ['found.1.amount: UNAUTHENTICATED'],
    })
  })

  test('a field that returns nothing but protected types is refused itself', () => {
    expect(ask('{ sealed { __typename } }')).toMatchObject({
      data: { sealed: null },
      errors: ['sealed: UNAUTHENTICATED'],
      ran: null,
    })
    expect(ask('{ sealed { ... on Letter { id } } }', [])).toMatchObject({
      data: { sealed: { id: 'l1' } },
    })
  })
})

describe('as composed today', () => {
  const composed = authorizedSchema(
    {
      things: `
        type Query { things: [Thing!] @public note: Note @public }
        interface Thing @key(fields: "id") { id: ID! }
        type Note implements Thing @key(fields: "id") { id: ID! }
        type Contract implements Thing @key(fields: "id") { id: ID! price: Int @requiresScopes(scopes: [["price:all.read"]]) }
      `,
      ratings: `
        type Thing @key(fields: "id") @interfaceObject {
          id: ID!
          rating: Int @requiresScopes(scopes: [["rating:all.read"]])
        }
      `,
    },
    { note: { id: 'n1', rating: 5 }, things: [{ __typename: 'Note', id: 'n1', rating: 5 }] },
  )

  test.each([
    ['{ note { rating } }', 'note.rating'],
    ['{ things { rating } }', 'things.0.rating'],
  ])(
    'a rule on a field of an @interfaceObject guards the field on every type: %s',
    (query, path) => {
      expect(composed(query, { as: [] }).errors).toEqual([`${path}: FORBIDDEN`])
      expect(composed(query, { as: ['rating:all.read'] }).errors).toEqual([])
    },
  )

  test('requirements of several subgraphs on one field are all asked for', () => {
    const both = authorizedSchema(
      {
        one: 'type Query { x: Int @shareable @requiresScopes(scopes: [["one:x.read"]]) }',
        two: 'type Query { x: Int @shareable @requiresScopes(scopes: [["two:x.read"]]) }',
      },
      { x: 1 },
    )
    expect(both('{ x }', { as: ['one:x.read'] }).errors).toEqual(['x: FORBIDDEN'])
    expect(both('{ x }', { as: ['two:x.read'] }).errors).toEqual(['x: FORBIDDEN'])
    expect(both('{ x }', { as: ['one:x.read', 'two:x.read'] }).data).toEqual({ x: 1 })
  })
})
