import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
} from 'graphql'
import type { EntryPoint } from './entry-points.ts'

export type Operation = { readonly query: string; readonly variables: Record<string, unknown> }

/** Levels below the asked field. What lies deeper is reached by other entry points. */
const DEPTH = 5

/**
 * An operation that asks a root field for all that can be asked of it, so that a field added later
 * is asked for as well.
 */
export function operationOn(
  schema: GraphQLSchema,
  { kind, field }: EntryPoint,
  variables: Record<string, unknown>,
): Operation {
  const roots = {
    Query: schema.getQueryType(),
    Mutation: schema.getMutationType(),
    Subscription: schema.getSubscriptionType(),
    entity: null,
  }
  const definition = roots[kind]?.getFields()[field]
  if (!definition) throw new Error(`${kind}.${field} cannot be asked for here.`)
  const used = definition.args.filter(({ name }) => name in variables)
  const declared = used.map(({ name, type }) => `$${name}: ${type}`).join(', ')
  const given = used.map(({ name }) => `${name}: $${name}`).join(', ')
  const call = `${field}${given && `(${given})`}${selectionOn(schema, definition.type)}`
  return { query: `${kind.toLowerCase()}${declared && ` (${declared})`} { ${call} }`, variables }
}

/** The representations of entities, asked for all that the subgraph says about them. */
export function entitiesOperation(
  schema: GraphQLSchema,
  representations: readonly { readonly __typename: string }[],
): Operation {
  const types = [...new Set(representations.map((it) => it.__typename))]
  const fragments = types.map(
    (name) => `... on ${name}${selectionOn(schema, typeNamed(schema, name))}`,
  )
  return {
    query: `query ($representations: [_Any!]!) {
      _entities(representations: $representations) { __typename ${fragments.join(' ')} }
    }`,
    variables: { representations },
  }
}

function typeNamed(schema: GraphQLSchema, name: string): GraphQLNamedType {
  const type = schema.getType(name)
  if (!type) throw new Error(`The subgraph does not know ${name}.`)
  return type
}

/** Everything below a type, in braces; empty for scalars and enums. */
function selectionOn(schema: GraphQLSchema, type: Parameters<typeof getNamedType>[0]): string {
  const named = getNamedType(type)
  return named ? braces(select(schema, named, DEPTH, [])) : ''
}

const braces = (selection: string): string => (selection ? ` { ${selection} }` : '')

function select(
  schema: GraphQLSchema,
  type: GraphQLNamedType,
  depth: number,
  above: readonly string[],
): string {
  if (!isCompositeType(type)) return ''
  const own =
    isObjectType(type) || isInterfaceType(type)
      ? Object.values(type.getFields()).map((it) =>
          fieldOf(schema, it, depth, [...above, type.name]),
        )
      : []
  const members = isAbstractType(type)
    ? schema
        .getPossibleTypes(type)
        // Fifty errors may implement the interface; which one it is says `__typename`.
        .filter(() => !isInterfaceType(type))
        .map((it) => `... on ${it.name}${braces(memberOf(schema, it, depth, above))}`)
    : []
  return ['__typename', ...own, ...members].filter(Boolean).join(' ')
}

/** Members of a union may have fields of one name and different types, hence the aliases. */
function memberOf(
  schema: GraphQLSchema,
  type: GraphQLNamedType,
  depth: number,
  above: readonly string[],
): string {
  if (!isObjectType(type)) return ''
  return Object.values(type.getFields())
    .map((it) => {
      const selected = fieldOf(schema, it, depth, [...above, type.name])
      const isShared = it.name === 'message' || it.name === 'path' || !selected
      return isShared
        ? selected
        : `${type.name}_${selected.replace(it.name, `${it.name}: ${it.name}`)}`
    })
    .join(' ')
}

function fieldOf(
  schema: GraphQLSchema,
  { name, type, args }: GraphQLField<unknown, unknown>,
  depth: number,
  above: readonly string[],
): string {
  const named = getNamedType(type)
  if (args.some(isRequiredArgument) || name.startsWith('_')) return ''
  if (!isCompositeType(named)) return name
  if (depth === 0 || above.includes(named.name)) return ''
  const below = select(schema, named, depth - 1, above)
  return below ? `${name}${braces(below)}` : ''
}
