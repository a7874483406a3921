import { describe, expect, test } from '@jest/globals'
import { usePlatform } from '@logicspike/testing'
import { type GraphQLInputObjectType, getNamedType, isInputObjectType } from 'graphql'
import { askSubgraph, type Reply } from './support/doors.ts'
import { apiSchema, entryPoints, subgraphSchemas } from './support/entry-points.ts'
import { quickPasswords } from './support/identity-options.ts'

/* Fields that no client may set, offered to every mutation there is (T7). */

const platform = usePlatform({ identity: { passwords: quickPasswords } })

/** What decides whose something is, or how far somebody may go. */
const FORBIDDEN = [
  'tenantId',
  'ownerId',
  'userId',
  'role',
  'permissions_',
  'emailVerified',
  'status',
]

const mutations = entryPoints.filter(({ kind }) => kind === 'Mutation')

/** The input types of a mutation, with the way to each: `input.patch` → UpdateRolePatch. */
function inputTypes(field: string): { path: string[]; type: GraphQLInputObjectType }[] {
  const found: { path: string[]; type: GraphQLInputObjectType }[] = []
  const visit = (path: string[], named: unknown): void => {
    if (!isInputObjectType(named)) return
    found.push({ path, type: named })
    for (const it of Object.values(named.getFields())) {
      if (path.length < 5) visit([...path, it.name], getNamedType(it.type))
    }
  }
  for (const { name, type } of apiSchema.getMutationType()?.getFields()[field]?.args ?? []) {
    visit([name], getNamedType(type))
  }
  return found
}

const cases = mutations.flatMap(({ field, subgraph }) =>
  inputTypes(field).map(({ path, type }) => ({ field, subgraph, path, type: type.name })),
)

/** `{ patch: { tenantId: "x" } }` as a literal. */
const literal = ([name, ...rest]: string[], forbidden: string): string =>
  name === undefined ? `${forbidden}: "x"` : `${name}: { ${literal(rest, forbidden)} }`

/** The same as a value. */
const nested = ([name, ...rest]: string[], forbidden: string): object =>
  name === undefined ? { [forbidden]: 'x' } : { [name]: nested(rest, forbidden) }

const codesOf = ({ errors }: Reply) => [...new Set(errors.map(({ extensions }) => extensions.code))]

describe.each(cases)('$field: $type', ({ field, subgraph, path, type }) => {
  const rest = path.slice(1)

  test('takes no field that is not its own, written into the operation', async () => {
    const known = Object.keys((apiSchema.getType(type) as GraphQLInputObjectType).getFields())
    for (const name of FORBIDDEN.filter((it) => !known.includes(it))) {
      const query = `mutation { ${field}(${literal(path, name)}) { __typename } }`
      const reply = await platform().graphql(query)
      expect([name, codesOf(reply), reply.data]).toEqual([
        name,
        ['GRAPHQL_VALIDATION_FAILED'],
        null,
      ])
      expect(JSON.stringify(reply.errors)).toContain(`Field \\"${name}\\" is not defined by type`)
    }
  })

  test('takes none as a variable either, nor does the subgraph', async () => {
    const schema = subgraphSchemas.get(subgraph)
    const argument = schema?.getMutationType()?.getFields()[field]?.args[0]
    const query = `mutation ($input: ${argument?.type}) { ${field}(input: $input) { __typename } }`
    const variables = { input: nested(rest, 'tenantId') }
    for (const reply of [
      await platform().graphql(query, variables),
      await askSubgraph(platform(), subgraph, { query, variables }),
    ]) {
      expect(codesOf(reply)).toEqual(['BAD_USER_INPUT'])
      expect(reply.data).toBeNull()
    }
  })
})

test('no input asks whose something shall be; only these name a workspace, and each looks at who may', () => {
  const naming = cases
    .filter(({ type }) => {
      const fields = (apiSchema.getType(type) as GraphQLInputObjectType).getFields()
      return ['workspaceId', 'tenantId', 'userId', 'ownerId'].some((name) => name in fields)
    })
    .map(({ type }) => type)
  expect(naming.toSorted()).toEqual([
    // Takes a service's own token, which is for no workspace.
    'PublishEventsInput',
    'RefreshSessionInput',
    'RestoreWorkspaceInput',
    'ResumeWorkspaceInput',
    'SwitchWorkspaceInput',
  ])
})
