import { newId } from '@logicspike/ids'
import { loadTypeDefs } from '@logicspike/subgraph-server'
import { type FieldDefinitionNode, Kind, type TypeNode, type ValueNode } from 'graphql'

export type RootField = {
  readonly type: 'query' | 'mutation'
  readonly node: FieldDefinitionNode
  /** The scopes its SDL asks for; empty where being signed in, or nothing, is enough. */
  readonly scopes: readonly string[]
}

const definitions = loadTypeDefs(`${import.meta.dirname}/../../src/modules`).flatMap(
  (document) => document.definitions,
)

const strings = (value: ValueNode): string[] => {
  if (value.kind === Kind.LIST) return value.values.flatMap(strings)
  return value.kind === Kind.STRING ? [value.value] : []
}

function scopesOf({ directives = [] }: FieldDefinitionNode): string[] {
  const directive = directives.find(({ name }) => name.value === 'requiresScopes')
  const argument = directive?.arguments?.[0]
  return argument ? strings(argument.value) : []
}

const operationTypes: Readonly<Record<string, RootField['type']>> = {
  Query: 'query',
  Mutation: 'mutation',
}

/** Every root field of the subgraph, read from the SDL: none can be forgotten. */
export const rootFields: readonly RootField[] = definitions.flatMap((definition) => {
  if (definition.kind !== Kind.OBJECT_TYPE_EXTENSION) return []
  const type = operationTypes[definition.name.value]
  if (!type) return []
  return (definition.fields ?? []).map((node) => ({ type, node, scopes: scopesOf(node) }))
})

export const isPublic = ({ node }: RootField): boolean =>
  node.directives?.some(({ name }) => name.value === 'public') ?? false

/** An operation that asks for the field with values that fit its types and name nothing real. */
export function operationOf({ type, node }: RootField): { query: string; variables: object } {
  const required = (node.arguments ?? []).filter((argument) => isRequired(argument.type))
  const declared = required.map((it) => `$${it.name.value}: ${typeText(it.type)}`).join(', ')
  const passed = required.map(({ name }) => `${name.value}: $${name.value}`).join(', ')
  const field = `${node.name.value}${passed && `(${passed})`} { __typename }`
  return {
    query: `${type} ${declared && `(${declared})`} { ${field} }`,
    variables: Object.fromEntries(required.map((it) => [it.name.value, sample(it.type)])),
  }
}

const isRequired = (type: TypeNode): boolean => type.kind === Kind.NON_NULL_TYPE

const scalars: Readonly<Record<string, () => unknown>> = {
  Boolean: () => true,
  Int: () => 1,
  ID: () => newId('member'),
  String: () => 'x',
}

function sample(type: TypeNode): unknown {
  if (type.kind === Kind.NON_NULL_TYPE) return sample(type.type)
  if (type.kind === Kind.LIST_TYPE) return []
  const name = type.name.value
  return scalars[name]?.() ?? sampleOfNamed(name)
}

function sampleOfNamed(name: string): unknown {
  for (const definition of definitions) {
    if (definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === name) {
      return definition.values?.[0]?.name.value
    }
    if (definition.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION && definition.name.value === name) {
      const required = (definition.fields ?? []).filter((field) => isRequired(field.type))
      return Object.fromEntries(required.map((field) => [field.name.value, sample(field.type)]))
    }
  }
  throw new Error(`There is no sample of ${name}.`)
}

function typeText(type: TypeNode): string {
  if (type.kind === Kind.NON_NULL_TYPE) return `${typeText(type.type)}!`
  return type.kind === Kind.LIST_TYPE ? `[${typeText(type.type)}]` : type.name.value
}
