import { describe, expect, test } from '@jest/globals'
import { authorizedSchema } from './support/authorized-execution.ts'

const people = [
  { __typename: 'Person', id: 'p1', name: 'Ada', email: 'ada@example.com', salary: 10 },
  { __typename: 'Person', id: 'p2', name: 'Bob', email: 'bob@example.com', salary: 20 },
]

const ask = authorizedSchema(
  {
    people: `
      type Query {
        hello: String! @public
        me: Person @authenticated
        people: [Person!]! @requiresScopes(scopes: [["people:list.read"]])
        either: String @requiresScopes(scopes: [["a:x.read", "b:x.read"], ["c:x.read"]])
        unmarked: String
        openPeople: [Person!]! @public
        vault: Vault @public
        level: Level @public
        rank: Rank @public
      }
      type Mutation {
        rename(id: ID!): String @requiresScopes(scopes: [["people:list.update"]])
        ping: String @public
        wipe: String! @requiresScopes(scopes: [["people:list.wipe"]])
      }
      type Person @key(fields: "id") {
        id: ID!
        name: String!
        email: String @requiresScopes(scopes: [["people:email.read"]])
        salary: Int! @requiresScopes(scopes: [["people:salary.read"]])
        manager: Person
      }
      type Vault @authenticated { code: String open: Boolean @requiresScopes(scopes: [["vault:door.read"]]) }
      scalar Level @requiresScopes(scopes: [["people:level.read"]])
      enum Rank @authenticated { HIGH LOW }
    `,
  },
  {
    hello: 'hi',
    me: { ...people[0], manager: people[1] },
    people,
    openPeople: people,
    either: 'yes',
    unmarked: 'leak',
    vault: { code: '42', open: true },
    level: 3,
    rank: 'HIGH',
    rename: () => 'renamed',
    ping: 'pong',
    wipe: 'wiped',
  },
)

describe('root fields', () => {
  test('a public field is answered to anybody', () => {
    expect(ask('{ hello }')).toMatchObject({ data: { hello: 'hi' }, errors: [] })
  })

  test('without a caller a protected field is null and says UNAUTHENTICATED', () => {
    expect(ask('{ hello me { id } }')).toMatchObject({
      data: { hello: 'hi', me: null },
      errors: ['me: UNAUTHENTICATED'],
      scopes: [undefined],
      ran: '{ hello }',
    })
  })

  test('with a caller who lacks the permission it says FORBIDDEN and which scopes would do', () => {
    expect(ask('{ either }', { as: ['a:x.read'] })).toMatchObject({
      data: { either: null },
      errors: ['either: FORBIDDEN'],
      scopes: [[['a:x.read', 'b:x.read'], ['c:x.read']]],
    })
  })

  test.each([[['a:x.read', 'b:x.read']], [['c:x.read']], [['c:x.read', 'z:z.read']]])(
    'any alternative of @requiresScopes suffices: %j',
    (as) => {
      expect(ask('{ either }', { as })).toMatchObject({ data: { either: 'yes' }, errors: [] })
    },
  )

  test.each([['c:x.rea'], ['c:x.read '], ['C:x.read'], ['c:*'], ['c:x'], ['*']])(
    'the look-alike %j opens nothing',
    (scope) => {
      expect(ask('{ either }', { as: [scope] }).errors).toEqual(['either: FORBIDDEN'])
    },
  )

  test('a permission named like the sign-in mark does not sign anybody in', () => {
    expect(ask('{ either }', { as: ['@signed-in'] }).errors).toEqual(['either: FORBIDDEN'])
  })

  test('a field that does not say who may use it is for nobody, signed in or not', () => {
    expect(ask('{ unmarked }').errors).toEqual(['unmarked: FORBIDDEN'])
    expect(ask('{ unmarked }', { as: ['a:x.read'] })).toMatchObject({
      data: { unmarked: null },
      errors: ['unmarked: FORBIDDEN'],
      ran: null,
    })
  })

  test('an unmarked field is reached neither from a payload nor through an interface', () => {
    const roundabout = authorizedSchema(
      {
        one: `
          interface Old { old: String }
          type Query implements Old { old: String fine: String @public }
          type Mutation { go: Payload @public }
          type Payload { query: Query }
        `,
      },
      { old: 'leak', fine: 'yes', go: { query: { old: 'leak', fine: 'yes' } } },
    )
    expect(roundabout('{ ... on Old { old } }').errors).toEqual(['old: FORBIDDEN'])
    expect(
      roundabout('mutation { go { query { old fine ... on Old { o: old } } } }'),
    ).toMatchObject({
      data: { go: { query: { old: null, fine: 'yes', o: null } } },
      errors: ['go.query.old: FORBIDDEN', 'go.query.o: FORBIDDEN'],
    })
  })

  test('where told so, unmarked fields are open', () => {
    expect(ask('{ unmarked }', { unmarkedRootFields: 'allow' }).data).toEqual({ unmarked: 'leak' })
  })

  test('an operation of which nothing is left never runs', () => {
    expect(ask('{ me { id } either }')).toMatchObject({
      data: { me: null, either: null },
      errors: ['me: UNAUTHENTICATED', 'either: UNAUTHENTICATED'],
      ran: null,
    })
  })

  test('a non-null root field that is refused takes the whole data with it', () => {
    expect(ask('{ hello people { id } }')).toMatchObject({
      data: null,
      errors: ['people: UNAUTHENTICATED'],
    })
  })

  test('introspection and __typename need nothing', () => {
    const answer = ask('{ __typename __schema { queryType { name } } me { id } }')
    expect(answer.data).toEqual({
      __typename: 'Query',
      __schema: { queryType: { name: 'Query' } },
      me: null,
    })
  })
})

describe('mutations', () => {
  test('a refused root field is removed and the others run, in order', () => {
    expect(ask('mutation { a: ping rename(id: "1") b: ping }')).toMatchObject({
      data: { a: 'pong', rename: null, b: 'pong' },
      errors: ['rename: UNAUTHENTICATED'],
      scopes: [undefined],
      ran: 'mutation { a: ping b: ping }',
    })
  })

  test('a refused field under an alias never runs', () => {
    expect(ask('mutation { ping: wipe }', { as: [] }).ran).toBeNull()
  })

  test('only the chosen operation of a document is judged and run', () => {
    const document = 'mutation Wipe { wipe } mutation Ping { ping }'
    expect(ask(document, { operationName: 'Ping' })).toMatchObject({
      data: { ping: 'pong' },
      errors: [],
      ran: 'mutation Ping { ping }',
    })
  })
})

describe('fields of objects', () => {
  const as = ['people:list.read']

  test('a nullable field is null in every item of a list, each with its own error', () => {
    expect(ask('{ people { email name } }', { as })).toMatchObject({
      data: {
        people: [
          { email: null, name: 'Ada' },
          { email: null, name: 'Bob' },
        ],
      },
      errors: ['people.0.email: FORBIDDEN', 'people.1.email: FORBIDDEN'],
      scopes: [[['people:email.read']], [['people:email.read']]],
    })
  })

  test('fields stand in the order of the request', () => {
    const { data } = ask('{ people { email name salary: id } hello }', { as })
    expect(JSON.stringify(data)).toBe(
      '{"people":[{"email":null,"name":"Ada","salary":"p1"},{"email":null,"name":"Bob","salary":"p2"}],"hello":"hi"}',
    )
  })

  test('a non-null field takes its parent with it, up to what may be null', () => {
    expect(ask('{ me { name manager { salary } } }', { as: [] })).toMatchObject({
      data: { me: { name: 'Ada', manager: null } },
      errors: ['me.manager.salary: FORBIDDEN'],
    })
    expect(ask('{ hello people { salary } }', { as })).toMatchObject({ data: null })
  })

  test('a selection of which nothing is left still tells which objects there are', () => {
    expect(ask('{ openPeople { email } }')).toMatchObject({
      data: { openPeople: [{ email: null }, { email: null }] },
      errors: ['openPeople.0.email: UNAUTHENTICATED', 'openPeople.1.email: UNAUTHENTICATED'],
      ran: '{ openPeople { __typename } }',
    })
  })

  test('at most 100 errors are told per field', () => {
    const many = authorizedSchema(
      {
        many: `
          type Query { items: [Item] @public }
          type Item { id: ID secret: String @authenticated other: String @authenticated }`,
      },
      { items: Array.from({ length: 150 }, (_, id) => ({ id })) },
    )
    const answer = many('{ items { id secret other } }')
    expect(answer.errors).toHaveLength(200)
    expect((answer.data as { items: unknown[] }).items[149]).toEqual({
      id: '149',
      secret: null,
      other: null,
    })
  })
})

describe('types', () => {
  test('a rule on an object type guards every field that returns it', () => {
    expect(ask('{ vault { code } hello }')).toMatchObject({
      data: { vault: null, hello: 'hi' },
      errors: ['vault: UNAUTHENTICATED'],
    })
    expect(ask('{ vault { code } }', { as: [] })).toMatchObject({
      data: { vault: { code: '42' } },
      errors: [],
    })
  })

  test('a rule on the type and one on the field are both asked for', () => {
    expect(ask('{ vault { open code } }', { as: [] })).toMatchObject({
      data: { vault: { open: null, code: '42' } },
      errors: ['vault.open: FORBIDDEN'],
    })
  })

  test.each([
    ['a scalar', '{ level }', ['people:level.read'], { level: 3 }],
    ['an enum', '{ rank }', [], { rank: 'HIGH' }],
  ])('a rule on %s guards every field of it', (_, query, as, data) => {
    expect(ask(query)).toMatchObject({
      ran: null,
      errors: [expect.stringMatching(/UNAUTHENTICATED/)],
    })
    expect(ask(query, { as })).toMatchObject({ data, errors: [] })
  })
})

describe('fragments, aliases and conditions', () => {
  const as = ['people:list.read']

  test.each([
    ['an alias', '{ people { name: email } }', 'name'],
    ['a named fragment', '{ people { ...P } } fragment P on Person { email }', 'email'],
    ['an inline fragment', '{ people { ... on Person { email } } }', 'email'],
    [
      'fragments within fragments',
      '{ people { ...A } } fragment A on Person { ...B } fragment B on Person { ... { x: email } }',
      'x',
    ],
    ['a fragment on the root', '{ ...R } fragment R on Query { people { email } }', 'email'],
  ])('%s hides nothing', (_, query, key) => {
    const answer = ask(query, { as })
    expect(answer.data).toEqual({ people: [{ [key]: null }, { [key]: null }] })
    expect(answer.errors).toEqual([`people.0.${key}: FORBIDDEN`, `people.1.${key}: FORBIDDEN`])
    expect(answer.ran).not.toContain('email')
  })

  test('the same field once allowed and once under another parent is judged at each place', () => {
    const query =
      '{ me { ...F } openPeople { manager { ...F } } } fragment F on Person { id email }'
    const answer = ask(query, { as: ['people:email.read'] })
    expect(answer.errors).toEqual([])
    expect(ask(query, { as: [] }).errors).toEqual(['me.email: FORBIDDEN'])
  })

  test('one response key asked for in two places has one error', () => {
    const answer = ask('{ people { email ... on Person { email } } }', { as })
    expect(answer.errors).toEqual(['people.0.email: FORBIDDEN', 'people.1.email: FORBIDDEN'])
  })

  test.each([
    ['@skip', 'query($no: Boolean = true) { hello me @skip(if: $no) { id } }', {}],
    ['@include', 'query($yes: Boolean!) { hello me @include(if: $yes) { id } }', { yes: false }],
    ['@skip on a fragment', '{ hello ... @skip(if: true) { me { id } } }', {}],
    [
      '@include on a spread',
      '{ hello ...R @include(if: false) } fragment R on Query { me { id } }',
      {},
    ],
  ])('a field that %s leaves out is neither null nor an error', (_, query, variables) => {
    const answer = ask(query, { variables: { no: true, ...variables } })
    expect(answer).toMatchObject({ data: { hello: 'hi' }, errors: [] })
    expect(answer.data).not.toHaveProperty('me')
  })

  test('a field that the conditions keep is judged', () => {
    const query = 'query($yes: Boolean!) { hello me @include(if: $yes) { id } }'
    expect(ask(query, { variables: { yes: true } }).errors).toEqual(['me: UNAUTHENTICATED'])
  })
})
