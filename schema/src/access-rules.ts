import {
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
} from 'graphql'
import { findDirective, hasDirective, readScopes, readStringArgument } from './directive-readers.ts'
import { rootTypeNames } from './merge-documents.ts'

/** Who may ask for a field. `scopes`: the outer list is "or", an inner list is "and". */
export type AccessRule =
  | { readonly kind: 'undeclared' }
  | { readonly kind: 'public' }
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'scopes'; readonly anyOf: readonly (readonly string[])[] }

/** The rule of one field, or of a whole type when `field` is null. */
export type FieldAccess = {
  readonly type: string
  readonly field: string | null
  readonly rule: AccessRule
  /** The services that the caller's workspace must be entitled to, sorted. */
  readonly entitledServices: readonly string[]
  /** Subgraphs that answer the field, by name. */
  readonly subgraphs: readonly string[]
}

type RuledNode = FieldDefinitionNode | ObjectTypeDefinitionNode | ObjectTypeExtensionNode

/** The access rule that a field or type declares in SDL. Scopes imply a signed-in caller. */
export function readAccessRule(node: RuledNode): AccessRule {
  const anyOf = readScopes(node)
  if (anyOf !== null) return { kind: 'scopes', anyOf }
  if (hasDirective(node, 'authenticated')) return { kind: 'authenticated' }
  if (hasDirective(node, 'public')) return { kind: 'public' }
  return { kind: 'undeclared' }
}

/**
 * Every root field of a supergraph, and every other field or type with a rule of its own,
 * sorted by type and field. This is the list the gateway enforces.
 */
export function listFieldAccess(supergraphSdl: string): FieldAccess[] {
  const { definitions } = parse(supergraphSdl)
  const subgraphNames = readGraphNames(supergraphSdl)
  return definitions
    .filter((definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION)
    .flatMap((type) => [
      ...describe(type, null, type, subgraphNames),
      ...(type.fields ?? []).flatMap((field) => describe(type, field, field, subgraphNames)),
    ])
    .sort((a, b) => compareText(a.type, b.type) || compareText(a.field ?? '', b.field ?? ''))
}

function describe(
  type: ObjectTypeDefinitionNode,
  field: FieldDefinitionNode | null,
  node: FieldDefinitionNode | ObjectTypeDefinitionNode,
  subgraphNames: ReadonlyMap<string, string>,
): FieldAccess[] {
  const access: FieldAccess = {
    type: type.name.value,
    field: field?.name.value ?? null,
    rule: readAccessRule(node),
    entitledServices: readEntitledServices(node),
    subgraphs: readOwners(type, field).map((graph) => subgraphNames.get(graph) ?? graph),
  }
  const isRootField = field !== null && rootTypeNames.has(access.type)
  const hasRule = access.rule.kind !== 'undeclared' || access.entitledServices.length > 0
  return isRootField || hasRule ? [access] : []
}

function readEntitledServices({ directives = [] }: RuledNode): string[] {
  return directives
    .filter(({ name }) => name.value === 'entitled')
    .flatMap((entitled) => readStringArgument(entitled, 'service') ?? [])
    .sort()
}

/** Names in the `join__Graph` enum, such as `IDENTITY`. A field without an owner belongs to all of its type. */
function readOwners(type: ObjectTypeDefinitionNode, field: FieldDefinitionNode | null): string[] {
  const graphsOf = (node: RuledNode, directive: string): string[] =>
    (node.directives ?? [])
      .filter(({ name }) => name.value === directive)
      .flatMap(({ arguments: args = [] }) => args.filter(({ name }) => name.value === 'graph'))
      .flatMap(({ value }) => (value.kind === Kind.ENUM ? [value.value] : []))
  const own = field === null ? [] : graphsOf(field, 'join__field')
  return [...new Set(own.length > 0 ? own : graphsOf(type, 'join__type'))].sort()
}

function readGraphNames(supergraphSdl: string): ReadonlyMap<string, string> {
  const graphs = parse(supergraphSdl)
    .definitions.filter((definition) => definition.kind === Kind.ENUM_TYPE_DEFINITION)
    .filter(({ name }) => name.value === 'join__Graph')
    .flatMap(({ values = [] }) => values)
  return new Map(
    graphs.map((graph) => {
      const directive = findDirective(graph, 'join__graph')
      const name = directive === undefined ? null : readStringArgument(directive, 'name')
      return [graph.name.value, name ?? graph.name.value]
    }),
  )
}

/** By code unit, so that the order is the same on every machine. */
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
