import { describe, expect, test } from '@jest/globals'
import { lintSubgraphs } from '../src/lint/lint-subgraphs.ts'
import { accessDeclared } from '../src/lint/rules/access-declared.ts'
import { connectionsAreRelay } from '../src/lint/rules/connections-are-relay.ts'
import { connectionsHaveSizes } from '../src/lint/rules/connections-have-sizes.ts'
import { deprecationsDated } from '../src/lint/rules/deprecations-dated.ts'
import { descriptionsPresent } from '../src/lint/rules/descriptions-present.ts'
import { entitiesDescribedOnce } from '../src/lint/rules/entities-described-once.ts'
import { fieldsAreNouns } from '../src/lint/rules/fields-are-nouns.ts'
import { keysAreIds } from '../src/lint/rules/keys-are-ids.ts'
import { linksAreShared } from '../src/lint/rules/links-are-shared.ts'
import { mutationInputs } from '../src/lint/rules/mutation-inputs.ts'
import { mutationPayloads } from '../src/lint/rules/mutation-payloads.ts'
import { mutationsBeginWithVerbs } from '../src/lint/rules/mutations-begin-with-verbs.ts'
import { namesFollowCase } from '../src/lint/rules/names-follow-case.ts'
import { nullableBehindAccess } from '../src/lint/rules/nullable-behind-access.ts'
import { scopesRegistered } from '../src/lint/rules/scopes-registered.ts'
import { libraryPermissions, readLibrary } from './support/library.ts'
import { lintSdl } from './support/lint-sdl.ts'

test('a graph that follows every convention has no problems', () => {
  const scopes = new Set(libraryPermissions.map(({ name }) => name))
  expect(lintSubgraphs(readLibrary(), scopes)).toEqual([])
})

test('a problem of the shared SDL is reported once, with file, line and column', () => {
  const problems = lintSubgraphs(readLibrary(), new Set(), [
    {
      name: 'no-page-info',
      check: ({ subgraph }) =>
        subgraph.document.definitions
          .filter((node) => 'name' in node && node.name?.value === 'PageInfo')
          .map((node) => ({ node, message: 'PageInfo exists' })),
    },
  ])
  expect(problems).toEqual([
    {
      place: 'schema/shared/page-info.graphql:1:1',
      message: 'PageInfo exists',
      rule: 'no-page-info',
    },
  ])
})

describe('access-declared', () => {
  test('refuses a root field without a word on who may use it', () => {
    expect(lintSdl(accessDeclared, 'type Query { plans: Int }')).toEqual([
      'Query.plans needs one of @requiresScopes, @authenticated, @public',
    ])
  })

  test('looks at extensions and at subscriptions too', () => {
    expect(lintSdl(accessDeclared, 'extend type Subscription { events: Int }')).toHaveLength(1)
  })

  test('refuses a field that is both public and restricted', () => {
    expect(lintSdl(accessDeclared, 'type Query { plans: Int @public @authenticated }')).toEqual([
      'Query.plans is @public and at once restricted',
    ])
  })

  test('lets fields of other types be silent', () => {
    expect(lintSdl(accessDeclared, 'type Plan { name: String }')).toEqual([])
  })
})

describe('scopes-registered', () => {
  const sdl = 'type Query { plans: Int @requiresScopes(scopes: [["billing:plans.raed"]]) }'

  test('refuses a scope that is not in the registry', () => {
    expect(lintSdl(scopesRegistered, sdl, { scopes: ['billing:plans.read'] })).toEqual([
      'Query.plans requires "billing:plans.raed", which is not registered',
    ])
  })

  test('accepts one that is', () => {
    expect(lintSdl(scopesRegistered, sdl, { scopes: ['billing:plans.raed'] })).toEqual([])
  })

  test('refuses an empty list, which would let anybody in or nobody', () => {
    expect(lintSdl(scopesRegistered, 'type Plan @requiresScopes(scopes: []) { a: Int }')).toEqual([
      'Plan requires no scope at all',
    ])
  })
})

describe('nullable-behind-access', () => {
  test.each(['@authenticated', '@requiresScopes(scopes: [["a:b.c"]])', '@entitled(service: "x")'])(
    'refuses a field that may not be null behind %s',
    (directive) => {
      expect(lintSdl(nullableBehindAccess, `type Query { a: Int! ${directive} }`)).toEqual([
        'Query.a may be refused, so it must be nullable',
      ])
    },
  )

  test('lets a public field be non-null', () => {
    expect(lintSdl(nullableBehindAccess, 'type Query { a: Int! @public }')).toEqual([])
  })
})

describe('descriptions-present', () => {
  test.each([
    ['a type', 'type Plan { "x" a: Int }', 'Plan has no description'],
    ['a field', '"x" type Plan { a: Int }', 'Plan.a has no description'],
    ['an empty description', '" " scalar Money', 'Money has no description'],
    [
      'an argument',
      '"x" type Plan { "x" a(b: Int): Int }',
      'Plan.a, argument b has no description',
    ],
    ['an interface field', '"x" interface Plan { a: Int }', 'Plan.a has no description'],
    ['an enum value', '"x" enum Plan { GOLD }', 'Plan.GOLD has no description'],
    ['an input field', '"x" input Plan { a: Int }', 'Plan.a has no description'],
    ['a directive', 'directive @a("x" b: Int) on OBJECT', '@a has no description'],
    [
      'a directive argument',
      '"x" directive @a(b: Int) on OBJECT',
      '@a, argument b has no description',
    ],
  ])('finds %s', (_, sdl, message) => {
    expect(lintSdl(descriptionsPresent, sdl)).toEqual([message])
  })

  test('takes the input of a mutation as described by its type', () => {
    const sdl = 'type Mutation { "x" cancelPlan(input: CancelPlanInput!): Int }'
    expect(lintSdl(descriptionsPresent, sdl)).toEqual([])
  })

  test('asks no description of an entity and its id where another subgraph owns it', () => {
    const mine = 'type Plan @key(fields: "id") { id: ID! price: Int }'
    const owner = '"x" type Plan @key(fields: "id") { "x" id: ID! }'
    expect(lintSdl(descriptionsPresent, mine, { others: { owner } })).toEqual([
      'Plan.price has no description',
    ])
  })

  test('asks for one of an entity that nobody describes', () => {
    const mine = 'type Plan @key(fields: "id") { "x" id: ID! }'
    expect(lintSdl(descriptionsPresent, mine, { others: { other: mine } })).toHaveLength(1)
  })
})

describe('entities-described-once', () => {
  test('refuses a second description', () => {
    const sdl = '"x" type Plan @key(fields: "id") { id: ID! }'
    expect(lintSdl(entitiesDescribedOnce, sdl, { others: { billing: sdl } })).toEqual([
      'Plan is described by billing too; only its owner should',
    ])
  })
})

describe('keys-are-ids', () => {
  test('refuses a key that is not the id', () => {
    expect(lintSdl(keysAreIds, 'type Plan @key(fields: "slug") { id: ID! slug: ID! }')).toEqual([
      'The key of Plan must be "id"',
    ])
  })

  test('refuses a second key', () => {
    const sdl = 'type Plan @key(fields: "id") @key(fields: "id name") { id: ID! name: ID! }'
    expect(lintSdl(keysAreIds, sdl)).toEqual(['The key of Plan must be "id"'])
  })

  test('finds the id where another module of the subgraph defines the type', () => {
    const sdl =
      'type Plan @key(fields: "id") { id: ID! } extend type Plan @key(fields: "id") { a: Int }'
    expect(lintSdl(keysAreIds, sdl)).toEqual([])
  })

  test('refuses an id that may be null', () => {
    expect(lintSdl(keysAreIds, 'type Plan @key(fields: "id") { id: ID }')).toEqual([
      'Plan has a key, so it needs the field "id: ID!"',
    ])
  })
})

describe('fields-are-nouns', () => {
  test.each(['getPlan', 'listPlans', 'fetchPlan', 'findPlan'])('refuses %s', (field) => {
    expect(lintSdl(fieldsAreNouns, `type Query { ${field}: Int }`)).toEqual([
      `Query.${field} must name what it answers, without get, list, fetch or find`,
    ])
  })

  test('accepts words that only begin alike', () => {
    expect(lintSdl(fieldsAreNouns, 'type Query { listeners: Int getaways: Int }')).toEqual([])
  })
})

describe('names-follow-case', () => {
  test.each([
    ['type plan { a: Int }', '"plan" must be in PascalCase'],
    ['type Plan { Price: Int }', '"Price" must be in camelCase'],
    ['type Plan { a(in_cents: Int): Int }', '"in_cents" must be in camelCase'],
    ['input Plan { a_b: Int }', '"a_b" must be in camelCase'],
    ['enum Plan { gold }', '"gold" must be in SCREAMING_SNAKE_CASE'],
  ])('refuses %s', (sdl, message) => {
    expect(lintSdl(namesFollowCase, sdl)).toEqual([message])
  })
})

describe('links-are-shared', () => {
  test('refuses an import of its own, which could rename a directive', () => {
    const link = '@link(url: "x/v1", import: [{ name: "@authenticated", as: "@auth" }])'
    expect(lintSdl(linksAreShared, `extend schema ${link}`)).toEqual([
      'Only schema/shared/directives.graphql may use @link',
    ])
  })
})

describe('deprecations-dated', () => {
  test.each([
    '@deprecated',
    '@deprecated(reason: "Use b.")',
    '@deprecated(reason: "Use b. Removed after 2027-02-30.")',
  ])('refuses %s', (directive) => {
    expect(lintSdl(deprecationsDated, `type Plan { a: Int ${directive} }`)).toEqual([
      'A deprecation names the day: "Use x. Removed after 2027-04-01."',
    ])
  })

  test('accepts a reason with a day, on arguments and enum values too', () => {
    const dated = '@deprecated(reason: "Use b. Removed after 2027-04-01.")'
    const sdl = `type Plan { a(b: Int ${dated}): Int ${dated} } enum Kind { A ${dated} }`
    expect(lintSdl(deprecationsDated, sdl)).toEqual([])
  })
})

describe('mutations-begin-with-verbs', () => {
  test('refuses a noun first', () => {
    expect(lintSdl(mutationsBeginWithVerbs, 'type Mutation { planCancel: Int }')).toEqual([
      'Mutation.planCancel begins with no known verb; a new verb belongs in schema/src/lint/mutation-verbs.ts',
    ])
  })

  test('accepts a verb first', () => {
    expect(lintSdl(mutationsBeginWithVerbs, 'type Mutation { cancelPlan: Int }')).toEqual([])
  })
})

describe('mutation-inputs', () => {
  test.each([
    'cancelPlan(id: ID!): Int',
    'cancelPlan(input: CancelPlanInput): Int',
    'cancelPlan(input: PlanInput!): Int',
    'cancelPlan(input: CancelPlanInput!, force: Boolean): Int',
  ])('refuses %s', (field) => {
    expect(lintSdl(mutationInputs, `type Mutation { ${field} }`)).toEqual([
      'Mutation.cancelPlan takes one argument, "input: CancelPlanInput!"',
    ])
  })

  test.each(['cancelPlan(input: CancelPlanInput!): Int', 'signOut: Int'])('accepts %s', (field) => {
    expect(lintSdl(mutationInputs, `type Mutation { ${field} }`)).toEqual([])
  })
})

describe('mutation-payloads', () => {
  const errors = `
    interface UserError { message: String! }
    union CancelPlanUserError = AlreadyCanceledError
    type AlreadyCanceledError implements UserError { message: String! }`
  const mutation = 'type Mutation { cancelPlan: CancelPlanPayload }'

  test('accepts a nullable result beside user errors', () => {
    const payload = 'type CancelPlanPayload { plan: Int userErrors: [CancelPlanUserError!]! }'
    expect(lintSdl(mutationPayloads, errors + mutation + payload)).toEqual([])
  })

  test('accepts the plain interface where a mutation has no errors of its own', () => {
    const payload = 'type CancelPlanPayload { plan: Int userErrors: [UserError!]! }'
    expect(lintSdl(mutationPayloads, errors + mutation + payload)).toEqual([])
  })

  test('refuses an answer that is not the own payload', () => {
    expect(
      lintSdl(mutationPayloads, 'type Mutation { cancelPlan: Plan } type Plan { a: Int }'),
    ).toEqual(['Mutation.cancelPlan must answer with its own CancelPlanPayload'])
  })

  test('refuses a result that may not be null', () => {
    const payload = 'type CancelPlanPayload { plan: Int! userErrors: [CancelPlanUserError!]! }'
    expect(lintSdl(mutationPayloads, errors + mutation + payload)).toEqual([
      'CancelPlanPayload.plan must be nullable: a refusal has no result',
    ])
  })

  test.each(['plan: Int', 'userErrors: [CancelPlanUserError!]', 'userErrors: [OtherUserError!]!'])(
    'refuses the payload { %s }',
    (field) => {
      const payload = `type CancelPlanPayload { ${field} }`
      expect(lintSdl(mutationPayloads, errors + mutation + payload)).toEqual([
        'CancelPlanPayload needs "userErrors: [CancelPlanUserError!]!" or "[UserError!]!"',
      ])
    },
  )

  test('refuses a member that does not implement UserError', () => {
    const sdl = `${mutation} interface UserError { message: String! }
      type CancelPlanPayload { userErrors: [CancelPlanUserError!]! }
      union CancelPlanUserError = OpenInvoiceError
      type OpenInvoiceError { message: String! }`
    expect(lintSdl(mutationPayloads, sdl)).toEqual(['OpenInvoiceError must implement UserError'])
  })

  test('refuses user errors of another kind than a union', () => {
    const sdl = `${mutation} type CancelPlanPayload { userErrors: [CancelPlanUserError!]! }
      type CancelPlanUserError { message: String! }`
    expect(lintSdl(mutationPayloads, sdl)).toEqual(['CancelPlanUserError must be a union'])
  })
})

describe('connections-are-relay', () => {
  const edge = 'type PlanEdge { node: Int cursor: String! }'
  const connection = 'type PlanConnection { edges: [PlanEdge!]! pageInfo: PageInfo! }'

  test.each([
    [
      'type PlanConnection { pageInfo: PageInfo! }',
      'PlanConnection needs the field "edges: [PlanEdge!]!"',
    ],
    [
      'type PlanConnection { edges: [PlanEdge!]! }',
      'PlanConnection needs the field "pageInfo: PageInfo!"',
    ],
    [
      'type PlanConnection { edges: [PlanEdge!]! pageInfo: PageInfo! totalCount: Int! }',
      'PlanConnection.totalCount must be nullable',
    ],
  ])('refuses %s', (sdl, message) => {
    expect(lintSdl(connectionsAreRelay, sdl + edge)).toEqual([message])
  })

  test('refuses a connection without its edge type', () => {
    expect(lintSdl(connectionsAreRelay, connection)).toEqual([
      'PlanConnection needs the type PlanEdge',
    ])
  })

  test('refuses an edge without node or cursor', () => {
    expect(lintSdl(connectionsAreRelay, `${connection} type PlanEdge { role: Int }`)).toEqual([
      'PlanEdge needs the field "cursor: String!"',
      'PlanEdge needs the field "node"',
    ])
  })

  test('refuses a field that cannot be paged through', () => {
    const field = 'type Query { plans(first: Int!): PlanConnection }'
    expect(lintSdl(connectionsAreRelay, connection + edge + field)).toEqual([
      'Query.plans needs the argument "first: Int"',
      'Query.plans needs the argument "after: String"',
    ])
  })
})

describe('connections-have-sizes', () => {
  test.each([
    '',
    '@listSize(assumedSize: 10)',
    '@listSize(slicingArguments: ["first"])',
    '@listSize(slicingArguments: ["last"], sizedFields: ["edges"])',
  ])('refuses a connection with "%s"', (directive) => {
    const sdl = `type Query { plans: PlanConnection ${directive} }`
    expect(lintSdl(connectionsHaveSizes, sdl)).toEqual([
      'Query.plans needs @listSize(slicingArguments: ["first"], sizedFields: ["edges"], …)',
    ])
  })
})
