import { describe, expect, test } from '@jest/globals'
import { buildSchema } from 'graphql'
import { authorizedExecution, authorizedSchema } from './support/authorized-execution.ts'
import { HEAD } from './support/compose.ts'
import { codes, createGatewayTester } from './support/gateway-tester.ts'

/**
 * Two ways past the access rules of another router, both published: rules on the types behind an
 * interface or union were not looked at (GHSA-x33c-7c2v-mrj9), and neither were directives that
 * `@link` calls by another name (GHSA-g8jh-vg5j-4h3f). Each is tried under every rule there is.
 */
type Rule = {
  /** The directive's name and arguments. */
  readonly name: string
  readonly args: string
  /** The specification that it belongs to where a supergraph links it by itself. */
  readonly specification: string
  readonly allowed: Held
  readonly refused: Held
  readonly code: string
}
type Held = {
  readonly as?: readonly string[]
  readonly services?: readonly string[]
  readonly policies?: readonly string[]
}

const rules: Rule[] = [
  {
    name: 'requiresScopes',
    args: '(scopes: [["x:secret.read"]])',
    specification: 'https://specs.apollo.dev/requiresScopes/v0.1',
    allowed: { as: ['x:secret.read'] },
    refused: { as: ['x:other.read'], services: ['secrets'], policies: ['secrets'] },
    code: 'FORBIDDEN',
  },
  {
    name: 'authenticated',
    args: '',
    specification: 'https://specs.apollo.dev/authenticated/v0.1',
    allowed: { as: [] },
    refused: { policies: ['secrets'] },
    code: 'UNAUTHENTICATED',
  },
  {
    name: 'policy',
    args: '(policies: [["secrets"]])',
    specification: 'https://specs.apollo.dev/policy/v0.1',
    allowed: { policies: ['secrets'] },
    refused: { as: ['secrets'], services: ['secrets'] },
    code: 'FORBIDDEN',
  },
  {
    name: 'entitled',
    args: '(service: "secrets")',
    specification: 'https://specs.logicspike.com/access/v1.0',
    allowed: { as: [], services: ['secrets'] },
    refused: { as: ['secrets'], services: ['other'], policies: ['secrets'] },
    code: 'ENTITLEMENT_REQUIRED',
  },
]

/** With no rule on an interface that only its implementers have. */
function asOlderComposersWrite({ name, specification }: Rule, types: string, root: object) {
  const sdl = `
    schema
      @link(url: "https://specs.apollo.dev/link/v1.0")
      @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
      @link(url: "${specification}", import: ["@${name}"])
    { query: Query }
    directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
    directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT
    directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION | OBJECT
    directive @authenticated on FIELD_DEFINITION | OBJECT
    directive @entitled(service: String!) repeatable on FIELD_DEFINITION
    enum link__Purpose { SECURITY EXECUTION }
    scalar link__Import
    ${types}
  `
  return authorizedExecution(sdl, buildSchema(sdl), root)
}

const open = { unmarkedRootFields: 'allow' } as const

describe.each(rules)('GHSA-x33c-7c2v-mrj9 with @$name', (rule) => {
  const { name, args, allowed, refused, code } = rule
  const use = `@${name}${args}`
  const note = { __typename: 'Note', id: 'n1', secret: 's1', size: 1 }
  const letter = { __typename: 'Letter', id: 'l1', secret: 's2', size: 2 }
  const root = {
    nodes: [note, letter],
    things: [note, letter],
    found: [note, letter],
    letter,
    holder: { __typename: 'Box', thing: letter },
  }
  const TYPES = `
    type Query { nodes: [Node] things: [Thing] found: [Found] letter: Letter holder: Holder }
    interface Node { id: ID! }
    interface Thing implements Node { id: ID! secret: String }
    type Note implements Thing & Node { id: ID! secret: String size: Int }
    type Letter implements Thing & Node { id: ID! secret: String ${use} size: Int ${use} }
    union Found = Note | Letter
    interface Holder { thing: Thing }
    type Box implements Holder { thing: Thing }
  `
  const byHand = asOlderComposersWrite(rule, TYPES, root)
  const composed = authorizedSchema({ one: TYPES }, root)

  const ways: [string, string, string][] = [
    ['through the interface', '{ things { secret } }', 'things.1.secret'],
    [
      'through a fragment on the type',
      '{ things { ... on Letter { secret } } }',
      'things.1.secret',
    ],
    ['under an alias', '{ things { ... on Letter { id: size } } }', 'things.1.id'],
    [
      'through a fragment on another interface',
      '{ nodes { ... on Thing { secret } } }',
      'nodes.1.secret',
    ],
    [
      'through fragments within fragments',
      '{ nodes { ...A } } fragment A on Node { ... { ...B } } fragment B on Thing { ... on Letter { size } }',
      'nodes.1.size',
    ],
    ['through a member of a union', '{ found { ... on Letter { size } } }', 'found.1.size'],
    ['through an interface on a union', '{ found { ... on Thing { secret } } }', 'found.1.secret'],
    ['below an interface', '{ holder { thing { secret } } }', 'holder.thing.secret'],
    [
      'below a fragment below an interface',
      '{ holder { ... on Box { thing { ... on Letter { secret } } } } }',
      'holder.thing.secret',
    ],
    [
      'where the type is known already',
      '{ letter { ... on Node { ... on Thing { secret } } } }',
      'letter.secret',
    ],
  ]

  describe.each([
    ['as older composers write it', byHand],
    ['as composed today', composed],
  ])('%s', (_, ask) => {
    test.each(ways)('a rule on a field is kept %s', (_, query, path) => {
      const answer = ask(query, { ...open, ...refused })
      expect(answer.errors).toContain(`${path}: ${code}`)
      expect(JSON.stringify(answer.data)).not.toContain('s2')
      expect(answer.ran ?? '').not.toMatch(/ on Letter \{ \w+(: size)?|holder.*secret/)
      expect(ask(query, { ...open, ...allowed }).errors).toEqual([])
    })
  })

  test('a field of an @interfaceObject is guarded on every type', () => {
    const ask = authorizedSchema(
      {
        things: `
          type Query { things: [Thing] @public note: Note @public }
          interface Thing @key(fields: "id") { id: ID! }
          type Note implements Thing @key(fields: "id") { id: ID! }`,
        ratings: `
          type Thing @key(fields: "id") @interfaceObject { id: ID! rating: Int ${use} }`,
      },
      { things: [{ __typename: 'Note', id: 'n', rating: 5 }], note: { id: 'n', rating: 5 } },
    )
    for (const query of ['{ things { rating } }', '{ note { rating } }']) {
      expect(ask(query, refused).errors).toEqual([expect.stringContaining(`rating: ${code}`)])
      expect(ask(query, allowed).errors).toEqual([])
    }
  })
})

/** `@entitled` is for fields; the others stand on types as well. */
describe.each(rules.filter(({ name }) => name !== 'entitled'))(
  'types that a caller may not read, by @$name',
  (rule) => {
    const { name, args, allowed, refused, code } = rule
    const types = `
      type Query { things: [Thing] found: [Found] sealed: Sealed }
      interface Thing { id: ID }
      type Note implements Thing { id: ID size: Int }
      type Letter implements Thing @${name}${args} { id: ID size: Int }
      union Found = Note | Letter
      union Sealed = Letter`
    const letter = { __typename: 'Letter', id: 'l', size: 2 }
    const root = { things: [letter], found: [letter], sealed: letter }
    const byHand = asOlderComposersWrite(rule, types, root)
    const ask = (query: string, held: Held) => byHand(query, { ...open, ...held })

    test.each([
      ['things', '{ things { ... on Letter { size } } }', 'size'],
      ['things', '{ things { ... on Letter { ... on Thing { id } } } }', 'id'],
      ['things', '{ things { id } }', 'id'],
      ['found', '{ found { ... on Letter { id } } }', 'id'],
    ])('are not read through %s: %s', (field, query, key) => {
      const answer = ask(query, refused)
      expect(answer).toMatchObject({
        data: { [field]: [{ [key]: null }] },
        errors: [`${field}.0.${key}: ${code}`],
      })
      expect(ask(query, allowed).errors).toEqual([])
    })

    test('close the interface that they implement where composition says so', () => {
      const composed = authorizedSchema({ one: types }, root)
      const query = '{ things { __typename } }'
      expect(composed(query, { ...open, ...refused }).errors).toEqual([`things: ${code}`])
      expect(composed(query, { ...open, ...allowed }).errors).toEqual([])
    })

    test('are told by name where objects of other types may stand as well, and by that alone', () => {
      const query = '{ things { __typename ... on Letter { kind: __typename } } __typename }'
      expect(ask(query, refused)).toMatchObject({
        data: { things: [{ __typename: 'Letter', kind: 'Letter' }], __typename: 'Query' },
        errors: [],
      })
      expect(ask('{ sealed { __typename } }', refused)).toMatchObject({
        data: { sealed: null },
        errors: [`sealed: ${code}`],
        ran: null,
      })
      expect(ask('{ __type(name: "Letter") { name } }', refused).errors).toEqual([])
    })
  },
)

describe.each(rules)('GHSA-g8jh-vg5j-4h3f with @$name', (rule) => {
  const { name, args, allowed, refused, code } = rule
  const isOwn = name === 'entitled'
  const root = { me: 1, user: { id: 'u', secret: 's', derived: 'd' } }
  const expectGuarded = (ask: ReturnType<typeof authorizedSchema>) => {
    expect(ask('{ me }', { ...open, ...refused }).errors).toEqual([`me: ${code}`])
    expect(ask('{ me }', { ...open, ...allowed }).data).toEqual({ me: 1 })
  }

  const url = isOwn ? rule.specification : 'https://specs.apollo.dev/federation/v2.9'
  const namespace = isOwn ? 'access' : 'federation'
  /** Links of a subgraph, and what the directive is called by them. */
  const subgraphs: [string, string, string][] = [
    [
      'imported under another name',
      `@link(url: "${url}", import: [{ name: "@${name}", as: "@guarded" }])`,
      'guarded',
    ],
    ['not imported', `@link(url: "${url}")`, `${namespace}__${name}`],
    ['with a prefix of its own', `@link(url: "${url}", as: "door")`, `door__${name}`],
  ]
  test.each(subgraphs)('a directive that a subgraph has %s is a rule', (_, link, called) => {
    const own = `
      extend schema
        @link(url: "https://specs.apollo.dev/federation/v2.9", as: "fed", import: ["@composeDirective"])
        ${link} @composeDirective(name: "@${called}")
      directive @${called}(service: String!) repeatable on FIELD_DEFINITION`
    const head = isOwn ? own : `extend schema ${link}`
    expectGuarded(
      authorizedSchema({ one: `${head} type Query { me: Int @${called}${args} }` }, root),
    )
  })

  const supergraphs: [string, string, string][] = [
    ['imports under another name', `import: [{ name: "@${name}", as: "@guarded" }]`, 'guarded'],
    ['imports under the name of another', `import: [{ name: "@${name}", as: "@tag" }]`, 'tag'],
    ['gives a prefix', 'as: "door"', isOwn ? `door__${name}` : 'door'],
    ['imports nothing of', 'import: []', isOwn ? `access__${name}` : name],
  ]
  test.each(supergraphs)(
    'a directive that the supergraph itself %s is a rule',
    (_, how, called) => {
      const sdl = `
      schema
        @link(url: "https://specs.apollo.dev/link/v1.0")
        @link(url: "https://specs.apollo.dev/join/v0.5", as: "j", for: EXECUTION)
        @link(url: "${rule.specification}", ${how})
      { query: Query }
      directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
      directive @j__field(graph: String, requires: String) repeatable on FIELD_DEFINITION
      directive @${called}(scopes: [[String!]!], policies: [[String!]!], service: String) repeatable on FIELD_DEFINITION
      enum link__Purpose { SECURITY EXECUTION }
      scalar link__Import
      type Query { me: Int @${called}${args} user: User }
      type User {
        id: ID!
        secret: String @${called}${args}
        derived: String @j__field(graph: "B", requires: "secret")
      }`
      const ask = authorizedExecution(sdl, buildSchema(sdl), root)
      expectGuarded(ask)
      // Neither is what is computed from such fields, be `@join__field` renamed too.
      const query = '{ user { id derived } }'
      expect(ask(query, { ...open, ...refused }).errors).toEqual([`user.derived: ${code}`])
      expect(ask(query, { ...open, ...allowed }).errors).toEqual([])
    },
  )
})

test('through a whole gateway neither way leads past any of the rules', async () => {
  const things = {
    sdl: `
      ${HEAD.replace('"@policy"', '{ name: "@policy", as: "@asks" }').replace('"@requiresScopes"', '{ name: "@requiresScopes", as: "@needs" }')}
      type Query { things: [Thing!] @public found: [Found!] @public }
      interface Thing { id: ID! }
      type Note implements Thing { id: ID! }
      type Letter implements Thing {
        id: ID!
        requiresScopes: String @needs(scopes: [["x:secret.read"]])
        authenticated: String @authenticated
        policy: String @asks(policies: [["secrets"]])
        entitled: String @entitled(service: "secrets")
      }
      union Found = Note | Letter`,
    resolvers: {
      Query: Object.fromEntries(
        ['things', 'found'].map((name) => [name, () => [{ __typename: 'Letter', id: 'l' }]]),
      ),
      Letter: Object.fromEntries(rules.map(({ name }) => [name, () => 'secret'])),
    },
  }
  await using tester = await createGatewayTester({
    definitions: { things },
    policies: { secrets: ({ principal }) => principal?.permissions.has('x:secret.read') ?? false },
  })
  const fields = rules.map(({ name }) => name).join(' ')
  const query = `{ things { ... on Letter { ${fields} } } found { ... on Letter { ${fields} } } }`
  const token = tester.forge.sign(tester.forge.claims({ scope: 'x:other.read', services: [] }))
  const answer = await tester.ask(query, { token })
  const inEach = (codes: string[]) =>
    ['things', 'found'].flatMap((at) => codes.map((code) => `${at}.0.${code}`))
  expect(codes(answer)).toEqual(
    inEach(['requiresScopes: FORBIDDEN', 'policy: FORBIDDEN', 'entitled: ENTITLEMENT_REQUIRED']),
  )
  const nobody = await tester.ask(query)
  expect(nobody.text).not.toContain('"secret"')
  const received = tester.subgraphs.things.received.map((request) => request.query)
  expect(received.join()).not.toMatch(/requiresScopes|policy|entitled/)
  const holder = tester.forge.claims({ scope: 'x:secret.read', services: ['secrets'] })
  const { body } = await tester.ask(query, { token: tester.forge.sign(holder) })
  expect(body.errors).toBeUndefined()
})
