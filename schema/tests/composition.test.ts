import { describe, expect, test } from '@jest/globals'
import { buildSchema, parse, Source } from 'graphql'
import { listFieldAccess } from '../src/access-rules.ts'
import { composeSupergraph } from '../src/compose-supergraph.ts'
import { renderPermissionsPage } from '../src/permissions-page.ts'
import { projectPaths } from '../src/project-paths.ts'
import { readSubgraphs } from '../src/read-subgraphs.ts'
import { renderSchemaArtifacts } from '../src/schema-artifacts.ts'
import { libraryPermissions, readLibrary } from './support/library.ts'

/** The fixture composed; fails the test with the composer's words when it doesn't compose. */
function composeLibrary() {
  const composition = composeSupergraph(readLibrary())
  if (!composition.ok) throw new Error(composition.errors.join('\n'))
  return composition
}

describe('composing', () => {
  test('joins entities of several subgraphs without a hint', () => {
    const { supergraphSdl, hints } = composeLibrary()
    expect(hints).toEqual([])
    expect(supergraphSdl).toContain('@join__type(graph: LENDING, key: "id")')
    expect(supergraphSdl).toContain(
      '@join__graph(name: "people", url: "http://localhost:4901/graphql")',
    )
  })

  test('carries our own directives through', () => {
    const { supergraphSdl } = composeLibrary()
    expect(supergraphSdl).toMatch(/viewer: Person .*@public/)
    expect(supergraphSdl).toMatch(/loan\(.*@entitled\(service: "lending"\)/s)
  })

  test('gives clients a schema they can introspect, without federation or access directives', () => {
    const { apiSdl } = composeLibrary()
    expect(apiSdl).not.toMatch(/join__|@link|@key|requiresScopes|authenticated|@public|@entitled/)
    expect(Object.keys(buildSchema(apiSdl).getQueryType()?.getFields() ?? {}).sort()).toEqual([
      'loan',
      'person',
      'viewer',
    ])
  })

  test('keeps deprecations and descriptions in the API schema', () => {
    const { apiSdl } = composeLibrary()
    expect(apiSdl).toContain('Removed after 2027-04-01.')
    expect(apiSdl).toContain('"""What the person has borrowed."""')
  })

  test('is deterministic', () => {
    expect(composeLibrary()).toEqual(composeLibrary())
  })

  test('names code, message and every place of a conflict', () => {
    const subgraph = (name: string, type: string) => ({
      name,
      routingUrl: 'http://localhost',
      document: parse(
        new Source(
          `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@shareable"])
           type Query { price: ${type} @shareable }`,
          `${name}.graphql`,
        ),
      ),
    })
    const result = composeSupergraph([subgraph('a', 'Int'), subgraph('b', 'String')])
    expect(result).toEqual({
      ok: false,
      errors: [
        'FIELD_TYPE_MISMATCH: Type of field "Query.price" is incompatible across subgraphs: ' +
          'it has type "Int" in subgraph "a" but type "String" in subgraph "b"\n' +
          '    at a.graphql:2\n    at b.graphql:2',
      ],
    })
  })
})

describe('reading subgraphs', () => {
  test('tells those that have no SDL yet from the others', () => {
    const paths = projectPaths(new URL('fixtures/half-built', import.meta.url).pathname)
    const { found, empty } = readSubgraphs(paths)
    expect([found.map(({ name }) => name), empty]).toEqual([['ready'], ['unwritten']])
  })

  test('refuses a subgraph that rover.yaml does not list', () => {
    const paths = projectPaths(new URL('fixtures/unlisted', import.meta.url).pathname)
    expect(() => readSubgraphs(paths)).toThrow(
      'rover.yaml does not list these subgraphs: forgotten',
    )
  })
})

describe('access rules', () => {
  const access = () => listFieldAccess(composeLibrary().supergraphSdl)

  test('lists every root field and every field with a rule of its own', () => {
    expect(access().map(({ type, field }) => `${type}.${field}`)).toEqual([
      'Mutation.renamePerson',
      'Person.notes',
      'Query.loan',
      'Query.person',
      'Query.viewer',
    ])
  })

  test('reads alternatives and conjunctions of scopes, the service, and who answers', () => {
    expect(access().find(({ field }) => field === 'loan')).toEqual({
      type: 'Query',
      field: 'loan',
      rule: {
        kind: 'scopes',
        anyOf: [['lending:loans.read', 'people:persons.read'], ['lending:loans.audit']],
      },
      entitledServices: ['lending'],
      subgraphs: ['lending'],
    })
  })

  test('are shown in words, beside the registry', () => {
    const page = renderPermissionsPage(access(), libraryPermissions)
    expect(page).toContain(
      '| `loan` | `lending:loans.read` and `people:persons.read`; or `lending:loans.audit` | lending | lending |',
    )
    expect(page).toContain('| `viewer` | anyone |  | people |')
    expect(page).toContain('| `renamePerson` | anyone signed in |  | people |')
    expect(page).toContain('| `Person.notes` | `people:notes.read` |  | people |')
    expect(page).toContain('| `people:notes.read` | See the notes of clerks. | yes | yes |  |  |')
    expect(page).toContain('| `lending:loans.audit` | See what was lent. | yes |  |  |  |')
    expect(page).toContain('| `lending:books.import` | Add books. |  |  |  | yes |')
  })
})

describe('schema artifacts', () => {
  test('are the merged SDL of each subgraph, the supergraph, the API and the permissions', () => {
    const result = renderSchemaArtifacts(readLibrary(), libraryPermissions)
    expect(result.ok && result.artifacts.map(({ path }) => path)).toEqual([
      'schema/subgraphs/lending.graphql',
      'schema/subgraphs/people.graphql',
      'schema/supergraph.graphql',
      'schema/api.graphql',
      'schema/permissions.md',
    ])
  })
})
