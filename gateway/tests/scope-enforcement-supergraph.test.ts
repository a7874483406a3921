import { describe, expect, test } from '@jest/globals'
import { buildSchema } from 'graphql'
import { readAccessRules } from '../src/authorization/access-rules.ts'
import { requiredScopes } from '../src/authorization/denial.ts'
import { itemsOf, namesOf } from '../src/authorization/requirement.ts'
import { withoutSecurityDirectives } from '../src/authorization/without-security-directives.ts'
import { authorizedExecution, authorizedSchema } from './support/authorized-execution.ts'
import { compose } from './support/compose.ts'

const renamed = (links: string, uses: string) => `
  extend schema ${links}
  ${uses}
`
const SCOPES = 'scopes: [["a:x.read"]]'

/** Every way in which `@link` lets a subgraph call the directives something else. */
const renamings: [string, string][] = [
  [
    'imported under another name',
    renamed(
      `@link(url: "https://specs.apollo.dev/federation/v2.9", import: [
        { name: "@authenticated", as: "@signedIn" } { name: "@requiresScopes", as: "@needs" }
      ])`,
      `type Query { me: Int @signedIn  x: Int @needs(${SCOPES}) }`,
    ),
  ],
  [
    'not imported, with the namespace of federation',
    renamed(
      '@link(url: "https://specs.apollo.dev/federation/v2.9")',
      `type Query { me: Int @federation__authenticated  x: Int @federation__requiresScopes(${SCOPES}) }`,
    ),
  ],
  [
    'with a namespace of its own',
    renamed(
      '@link(url: "https://specs.apollo.dev/federation/v2.9", as: "fed")',
      `type Query { me: Int @fed__authenticated  x: Int @fed__requiresScopes(${SCOPES}) }`,
    ),
  ],
]

describe('directives under other names (GHSA-g8jh-vg5j-4h3f)', () => {
  test.each(renamings)('%s', (_, subgraph) => {
    const ask = authorizedSchema({ one: subgraph }, { me: 1, x: 2 })
    const open = { unmarkedRootFields: 'allow' } as const
    expect(ask('{ me x }', open).errors).toEqual(['me: UNAUTHENTICATED', 'x: UNAUTHENTICATED'])
    expect(ask('{ me x }', { ...open, as: ['a:x.read'] }).data).toEqual({ me: 1, x: 2 })
  })

  const supergraph = (link: string, name: string) => `
    schema
      @link(url: "https://specs.apollo.dev/link/v1.0")
      @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
      ${link}
    { query: Query }
    directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
    enum link__Purpose { SECURITY EXECUTION }
    scalar link__Import
    directive @${name} on FIELD_DEFINITION
    type Query { me: Int @${name} }
  `

  test.each([
    [
      'as',
      '@link(url: "https://specs.apollo.dev/authenticated/v0.1", as: "who", for: SECURITY)',
      'who',
    ],
    [
      'import',
      '@link(url: "https://specs.apollo.dev/authenticated/v0.1", import: [{ name: "@authenticated", as: "@who" }], for: SECURITY)',
      'who',
    ],
    [
      'a later version',
      '@link(url: "https://specs.apollo.dev/authenticated/v0.2", for: SECURITY)',
      'authenticated',
    ],
    [
      'a trailing slash',
      '@link(url: "https://specs.apollo.dev/authenticated/v0.1/", for: SECURITY)',
      'authenticated',
    ],
  ])('renamed in the supergraph itself by %s', (_, link, name) => {
    const sdl = supergraph(link, name)
    const ask = authorizedExecution(sdl, buildSchema(sdl), { me: 1 })
    expect(ask('{ me }', { unmarkedRootFields: 'allow' }).errors).toEqual(['me: UNAUTHENTICATED'])
    expect(withoutSecurityDirectives(sdl)).not.toContain(name)
  })

  test('a link directive that is itself renamed is still read', () => {
    const sdl = supergraph(
      '@link(url: "https://specs.apollo.dev/authenticated/v0.1")',
      'authenticated',
    )
      .replaceAll('@link', '@uses')
      .replace('link/v1.0"', 'link/v1.0", as: "uses"')
    expect(readAccessRules(sdl).fields.has('Query.me')).toBe(true)
  })

  test('a directive of another specification that has the same name is no rule', () => {
    const sdl = supergraph('@link(url: "https://example.com/authenticated/v0.1")', 'authenticated')
    expect(readAccessRules(sdl).fields.size).toBe(0)
    expect(withoutSecurityDirectives(sdl)).toContain('@authenticated')
  })

  test('a text that links nothing is refused rather than read as having no rules', () => {
    expect(() => readAccessRules('type Query { me: Int }')).toThrow('links no specification')
  })
})

describe('@requires of protected fields', () => {
  const chain = (rule: string) => `
    schema
      @link(url: "https://specs.apollo.dev/link/v1.0")
      @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
      @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY)
    { query: Query }
    directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
    directive @join__field(graph: String, requires: String) repeatable on FIELD_DEFINITION
    directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT
    enum link__Purpose { SECURITY EXECUTION }
    scalar link__Import
    type Query { user: User }
    type Address ${rule.includes('OBJECT') ? '@requiresScopes(scopes: [["user:address.read"]])' : ''} { street: String }
    type User {
      id: ID!
      address: Address
      salary: Int @requiresScopes(scopes: [["user:salary.read"]])
      band: Int @join__field(graph: "B", requires: "salary")
      label: String @join__field(graph: "C", requires: "band id")
      parcel: String @join__field(graph: "B", requires: "address { street }")
    }
  `
  const root = { user: { id: 'u', band: 3, label: 'L3', parcel: 'P', address: { street: 's' } } }
  const ask = (query: string, as: readonly string[] = []) => {
    const sdl = chain('OBJECT')
    return authorizedExecution(
      sdl,
      buildSchema(sdl),
      root,
    )(query, { as, unmarkedRootFields: 'allow' })
  }

  test.each([
    ['directly', 'band', 'user:salary.read'],
    ['through another field', 'label', 'user:salary.read'],
    ['by the type of what it requires', 'parcel', 'user:address.read'],
  ])('a field computed from protected data is protected alike, %s', (_, field, scope) => {
    const refused = ask(`{ user { id ${field} } }`)
    expect(refused.errors).toEqual([`user.${field}: FORBIDDEN`])
    expect(refused.scopes).toEqual([[[scope]]])
    expect(ask(`{ user { ${field} } }`, [scope]).errors).toEqual([])
  })

  test('composition refuses the omission too, so the rule above is the second lock', () => {
    const subgraphs = {
      one: `type Query { user: User @public }
            type User @key(fields: "id") { id: ID! salary: Int @requiresScopes(scopes: [["user:salary.read"]]) }`,
      two: `type User @key(fields: "id") { id: ID! salary: Int @external band: Int @requires(fields: "salary") }`,
    }
    expect(() => compose(subgraphs)).toThrow(/salary/)
  })
})

describe('the platform’s own directives', () => {
  const { sdl } = compose({
    one: `type Query {
      open: Int @public
      posts: Int @entitled(service: "blog") @requiresScopes(scopes: [["blog:posts.read"]])
    }`,
  })

  test('@public and @entitled are read, under the names the supergraph gives them', () => {
    const rules = readAccessRules(sdl)
    expect([...rules.marked]).toEqual(['Query.open', 'Query.posts'])
    expect(namesOf('service', itemsOf(rules.fields.values()))).toEqual(['blog'])
    expect(requiredScopes(rules.fields.get('Query.posts') ?? [])).toEqual([['blog:posts.read']])
  })

  test('a directive called @public from elsewhere opens nothing', () => {
    const foreign = sdl.replace(
      'https://specs.logicspike.com/access/',
      'https://evil.example/access/',
    )
    expect(readAccessRules(foreign).marked.has('Query.open')).toBe(false)
  })

  test('a field that says nothing but which service it needs is for nobody', () => {
    const ask = authorizedSchema({ one: 'type Query { x: Int @entitled(service: "blog") }' }, {})
    expect(ask('{ x }', { as: [], services: ['blog'] }).errors).toEqual(['x: FORBIDDEN'])
  })

  test('@policy, which nobody here answers, refuses everybody', () => {
    const ask = authorizedSchema(
      { one: 'type Query { x: Int @policy(policies: [["p"]]) open: Int @public }' },
      { x: 1, open: 2 },
    )
    expect(ask('{ x open }', { as: ['p'] })).toMatchObject({
      data: { x: null, open: 2 },
      errors: ['x: FORBIDDEN'],
      scopes: [undefined],
    })
  })
})
