import {
  type DirectiveNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

type Around = {
  readonly type: GraphQLCompositeType
  /** The types that may really stand here, by the fragments around. */
  readonly possible: ReadonlySet<GraphQLObjectType>
}

/**
 * Takes out of an operation what changes nothing in its response: fragments that never apply, and
 * type conditions that always hold. People seldom write these, tools do, and the planner has been
 * seen to fail on them where an interface is an `@interfaceObject` in some subgraph.
 * @param operation as expandFragments makes it, valid against the schema
 */
export function simplifyOperation(
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
): OperationDefinitionNode {
  const root = schema.getRootType(operation.operation)
  if (!root) return operation
  const around = { type: root, possible: new Set([root]) }
  return { ...operation, selectionSet: simplifySet(operation.selectionSet, around, schema) }
}

function simplifySet(set: SelectionSetNode, around: Around, schema: GraphQLSchema) {
  const selections = set.selections.flatMap((node): SelectionNode[] => {
    if (node.kind === Kind.FIELD) return simplifyField(node, around, schema)
    return node.kind === Kind.INLINE_FRAGMENT ? simplifyFragment(node, around, schema) : [node]
  })
  return { ...set, selections: selections.length > 0 ? selections : [TYPENAME] }
}

function simplifyField(node: FieldNode, { type }: Around, schema: GraphQLSchema): FieldNode[] {
  // The planner has been seen to ask for what is needed of a field that is never asked for.
  if (node.directives?.some(neverHolds)) return []
  const directives = node.directives?.filter((directive) => !alwaysHolds(directive)) ?? []
  const field = isUnionType(type) ? undefined : type.getFields()[node.name.value]
  const named = field && getNamedType(field.type)
  if (!node.selectionSet || !isCompositeType(named)) return [{ ...node, directives }]
  const around = { type: named, possible: possibleTypes(named, schema) }
  return [{ ...node, directives, selectionSet: simplifySet(node.selectionSet, around, schema) }]
}

function simplifyFragment(
  node: InlineFragmentNode,
  { type, possible }: Around,
  schema: GraphQLSchema,
): SelectionNode[] {
  const named = node.typeCondition ? schema.getType(node.typeCondition.name.value) : type
  if (!isCompositeType(named)) return [node]
  const covered = possibleTypes(named, schema)
  const both = new Set([...possible].filter((it) => covered.has(it)))
  const directives = (node.directives ?? []).filter((directive) => !alwaysHolds(directive))
  if (both.size === 0 || directives.some(neverHolds)) return []
  // What an object is needs no condition; all that its interfaces have, it has as well.
  const isPlain = isObjectType(type) || named === type
  const around = { type: isPlain ? type : named, possible: both }
  const selectionSet = simplifySet(node.selectionSet, around, schema)
  if (!isPlain) return [{ ...node, directives, selectionSet }]
  if (directives.length === 0) return [...selectionSet.selections]
  return [{ kind: Kind.INLINE_FRAGMENT, directives, selectionSet }]
}

function possibleTypes(type: GraphQLCompositeType, schema: GraphQLSchema) {
  return new Set(isAbstractType(type) ? schema.getPossibleTypes(type) : [type])
}

/** The value of a condition that is written out; null for one in a variable, and for any other directive. */
function conditionOf({ name, arguments: given = [] }: DirectiveNode): boolean | null {
  const value = given[0]?.value
  if (value?.kind !== Kind.BOOLEAN) return null
  if (name.value === 'include') return value.value
  return name.value === 'skip' ? !value.value : null
}

const alwaysHolds = (directive: DirectiveNode): boolean => conditionOf(directive) === true
const neverHolds = (directive: DirectiveNode): boolean => conditionOf(directive) === false
