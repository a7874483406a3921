import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type AccessRule, listFieldAccess } from '@logicspike/schema'
import {
  buildASTSchema,
  type GraphQLSchema,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
} from 'graphql'

/** A way into the platform: a root field, or an entity that a subgraph resolves by its key. */
export type EntryPoint = {
  /** `Mutation.removeMember`, or `tenancy._entities.Member`. */
  readonly name: string
  readonly kind: 'Query' | 'Mutation' | 'Subscription' | 'entity'
  /** The field, or the entity's type. */
  readonly field: string
  /** The subgraph that answers. */
  readonly subgraph: string
  /** What the door asks for. Entities declare nothing: their resolvers decide alone. */
  readonly rule: AccessRule
}

const schemaFolder = fileURLToPath(new URL('../../../schema/', import.meta.url))
const schemaFile = (path: string): string => readFileSync(schemaFolder + path, 'utf8')

/** Every subgraph that is composed, whether or not these tests know of it. */
export const subgraphNames: readonly string[] = readdirSync(`${schemaFolder}subgraphs`)
  .filter((file) => file.endsWith('.graphql'))
  .map((file) => file.replace('.graphql', ''))
  .sort()

/** What clients see. */
export const apiSchema: GraphQLSchema = buildASTSchema(parse(schemaFile('api.graphql')))

const subgraphDocuments = new Map(
  subgraphNames.map((name) => [name, parse(schemaFile(`subgraphs/${name}.graphql`))]),
)

/** What each subgraph answers; federation's own fields left out. */
export const subgraphSchemas: ReadonlyMap<string, GraphQLSchema> = new Map(
  [...subgraphDocuments].map(([name, document]) => [
    name,
    buildASTSchema(document, { assumeValid: true, assumeValidSDL: true }),
  ]),
)

const rootTypes = ['Query', 'Mutation', 'Subscription'] as const
const isRootType = (type: string): boolean => rootTypes.some((it) => it === type)

/** Every root field of the API, with its rule as the gateway reads it from the supergraph. */
function rootFields(): EntryPoint[] {
  const rules = new Map(
    listFieldAccess(schemaFile('supergraph.graphql')).map((it) => [`${it.type}.${it.field}`, it]),
  )
  return rootTypes.flatMap((kind) =>
    Object.keys(apiSchema.getType(kind) ? fieldsOf(kind) : {}).map((field) => {
      const name = `${kind}.${field}`
      const access = rules.get(name)
      if (!access) throw new Error(`${name} is in the API and not in the supergraph: compose.`)
      return { name, kind, field, subgraph: access.subgraphs[0] ?? '', rule: access.rule }
    }),
  )
}

const fieldsOf = (kind: (typeof rootTypes)[number]): object =>
  ({
    Query: apiSchema.getQueryType(),
    Mutation: apiSchema.getMutationType(),
    Subscription: apiSchema.getSubscriptionType(),
  })[kind]?.getFields() ?? {}

/** Names of the fields below the root that ask for a permission of their own. */
export const guardedFields: ReadonlySet<string> = new Set(
  listFieldAccess(schemaFile('supergraph.graphql'))
    .filter(({ type, rule }) => rule.kind === 'scopes' && !isRootType(type))
    .flatMap(({ field }) => field ?? []),
)

/** Every type that a subgraph gives to whoever names its key. */
function entities(): EntryPoint[] {
  return [...subgraphDocuments].flatMap(([subgraph, { definitions }]) =>
    definitions
      .filter((it) => it.kind === Kind.OBJECT_TYPE_DEFINITION)
      .filter(isResolvableEntity)
      .map(({ name: { value: field } }) => ({
        name: `${subgraph}._entities.${field}`,
        kind: 'entity' as const,
        field,
        subgraph,
        rule: { kind: 'undeclared' as const },
      })),
  )
}

const isResolvableEntity = ({ directives = [] }: ObjectTypeDefinitionNode): boolean =>
  directives.some(
    ({ name, arguments: given = [] }) =>
      name.value === 'key' &&
      !given.some(
        (it) => it.name.value === 'resolvable' && it.value.kind === Kind.BOOLEAN && !it.value.value,
      ),
  )

/** All ways in, in the order of the schema. */
export const entryPoints: readonly EntryPoint[] = [...rootFields(), ...entities()]

/** Every permission that a root field asks for, each once. */
export const requiredPermissions: readonly string[] = [
  ...new Set(entryPoints.flatMap(({ rule }) => (rule.kind === 'scopes' ? rule.anyOf.flat(1) : []))),
].sort()
