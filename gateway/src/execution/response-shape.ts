import {
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  type OperationDefinitionNode,
  visit,
} from 'graphql'
import { collectFields, type Source } from '../authorization/collect-fields.ts'

/** One field of an object in the response. */
export type FieldShape = {
  /** In the response. */
  readonly key: string
  /** In the merged data. */
  readonly source: string
  readonly name: string
  readonly kind: 'field' | 'typename' | 'introspection'
  /** Of a field; String! for the other kinds, which are never judged by it. */
  readonly type: GraphQLOutputType | null
  readonly below: SelectionShape | null
}

/** What is selected on a value; which fields those are depends on what object it is. */
export type SelectionShape = { fieldsOf(type: GraphQLObjectType): readonly FieldShape[] }

/** The form of an operation's response, in the order of the request. */
export type ResponseShape = { readonly root: GraphQLObjectType; readonly fields: SelectionShape }

/** Variables by which `@skip` and `@include` decide. */
export function conditionVariables(operation: OperationDefinitionNode): readonly string[] {
  const names = new Set<string>()
  visit(operation, {
    Directive(node) {
      if (node.name.value !== 'skip' && node.name.value !== 'include') return
      for (const { value } of node.arguments ?? []) {
        if (value.kind === 'Variable') names.add(value.name.value)
      }
    },
  })
  return [...names].sort()
}

/**
 * The form of the response to an operation for one choice of its `@skip` and `@include`.
 * @param operation as expandFragments makes it
 * @param conditions values of the variables in those directives
 * @param sourceKey under which a field is found in the merged data
 */
export function shapeResponse(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  conditions: Readonly<Record<string, unknown>>,
  sourceKey: (field: FieldNode) => string,
): ResponseShape {
  const root = schema.getRootType(operation.operation)
  if (!root) throw new Error(`the schema has no type for a ${operation.operation}`)
  const context = { schema, variables: conditions, removed: new Map() }

  function selection(nodes: readonly Source[]): SelectionShape {
    const known = new Map<GraphQLObjectType, readonly FieldShape[]>()
    return {
      fieldsOf(type) {
        const fields = known.get(type)
        if (fields) return fields
        const collected = collectFields(type, nodes, context)
        const shapes = [...collected].map(([key, entries]) =>
          field(
            type,
            key,
            entries.map(({ node }) => node),
          ),
        )
        known.set(type, shapes)
        return shapes
      },
    }
  }

  function field(parent: GraphQLObjectType, key: string, nodes: readonly FieldNode[]): FieldShape {
    const [node] = nodes
    const name = node?.name.value ?? ''
    const source = node ? sourceKey(node) : key
    if (name === '__typename')
      return { key, source, name, kind: 'typename', type: null, below: null }
    const type = parent.getFields()[name]?.type
    if (!type) return { key, source, name, kind: 'introspection', type: null, below: null }
    const isComposite = isCompositeType(getNamedType(type))
    const sources = nodes.flatMap(({ selectionSet }) =>
      selectionSet ? [{ set: selectionSet, denied: null }] : [],
    )
    return {
      key,
      source,
      name,
      kind: 'field',
      type,
      below: isComposite ? selection(sources) : null,
    }
  }

  return { root, fields: selection([{ set: operation.selectionSet, denied: null }]) }
}

/**
 * The object type to read a value by. A subgraph that has an interface as `@interfaceObject` names
 * the interface, or nothing; where the same is asked of every type that may stand there, and not which it is,
 * the planner leaves it at that, and any of them will do.
 */
export function readableType(
  schema: GraphQLSchema,
  declared: GraphQLOutputType,
  typename: unknown,
  below: SelectionShape,
): GraphQLObjectType | null {
  const concrete = concreteType(schema, declared, typename)
  if (concrete) return concrete
  const named = typeof typename === 'string' ? schema.getType(typename) : getNamedType(declared)
  if (!isInterfaceType(named)) return null
  const [first, ...others] = schema.getPossibleTypes(named)
  if (!first) return null
  const isSame = others.every((other) => areAlike(below.fieldsOf(first), below.fieldsOf(other)))
  const tellsType = below.fieldsOf(first).some(({ kind }) => kind === 'typename')
  return isSame && !tellsType ? first : null
}

const areAlike = (one: readonly FieldShape[], other: readonly FieldShape[]): boolean =>
  one.length === other.length &&
  one.every(({ key, name }, at) => other[at]?.key === key && other[at]?.name === name)

/** The object type a value says it is, where a client may see one of that name there. */
export function concreteType(
  schema: GraphQLSchema,
  declared: GraphQLOutputType,
  typename: unknown,
): GraphQLObjectType | null {
  const named = getNamedType(declared)
  if (isObjectType(named)) return named
  const type = typeof typename === 'string' ? schema.getType(typename) : undefined
  if (!isObjectType(type) || !isCompositeType(named)) return null
  return schema.isSubType(named as never, type) ? type : null
}
