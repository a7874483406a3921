import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import type { AccessRules } from './access-rules.ts'
import { plain } from './expand-fragments.ts'
import { ANYBODY, allOf, anyOf, itemsOf, NOBODY, namesOf, type Requirement } from './requirement.ts'

/** What an operation asks of its caller, whoever that is. Made once per operation. */
export type OperationAnalysis = {
  readonly operation: OperationDefinitionNode
  /** Fields that not everybody may read, each at its place in the operation. */
  readonly requirements: ReadonlyMap<FieldNode, Requirement>
  /** Sets of selections on an interface or union: which object it is, only data can tell. */
  readonly abstractSets: ReadonlySet<SelectionSetNode>
  /** Everything any of the requirements names, sorted: callers alike in these see the same. */
  readonly relevant: readonly string[]
  /** The policies among it, which have to be asked. */
  readonly policies: readonly string[]
}

/** `refuse`: a root field that does not say who may use it is for nobody. */
export type UnmarkedRootFields = 'refuse' | 'allow'

/**
 * Finds the requirement of every field of an operation. A field is judged by its own rule, that of
 * the type it stands on, and that of the type it returns; where it stands on an interface or union,
 * by the rules of every object type that may be there (GHSA-x33c-7c2v-mrj9), narrowed by the
 * fragments around it. A field that returns an interface or union needs at least one readable type.
 * @param operation as expandFragments makes it, valid against `schema`
 * @param schema the API schema that clients see
 */
export function analyseOperation(
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
  rules: AccessRules,
  unmarked: UnmarkedRootFields = 'refuse',
): OperationAnalysis {
  const requirements = new Map<FieldNode, Requirement>()
  const abstractSets = new Set<SelectionSetNode>()
  const root = schema.getRootType(operation.operation)
  const rootTypes = namesOfRootTypes(schema)
  const typeRule = (name: string) => rules.types.get(name) ?? ANYBODY

  function walk(set: SelectionSetNode, parent: GraphQLCompositeType, possible: Possible): void {
    for (const node of plain(set)) {
      if (node.kind === Kind.FIELD) {
        visitField(node, parent, possible)
        continue
      }
      const condition = node.typeCondition && schema.getType(node.typeCondition.name.value)
      const inner = isCompositeType(condition) ? condition : parent
      const stillPossible = possibleTypes(schema, inner)
      const narrowed = new Set([...possible].filter((name) => stillPossible.has(name)))
      walk(node.selectionSet, inner, narrowed)
    }
  }

  function visitField(node: FieldNode, parent: GraphQLCompositeType, possible: Possible): void {
    const field = fieldOf(parent, node)
    if (!field) return
    const returned = getNamedType(field.type)
    const requirement = allOf([
      ...[parent.name, ...possible].flatMap((name) => [
        isUnmarked(name, field.name) ? NOBODY : ANYBODY,
        typeRule(name),
        rules.fields.get(`${name}.${field.name}`) ?? ANYBODY,
      ]),
      typeRule(returned.name),
      isAbstractType(returned) ? anyMember(returned.name) : ANYBODY,
    ])
    if (requirement !== ANYBODY) requirements.set(node, requirement)
    if (!node.selectionSet || !isCompositeType(returned)) return
    if (isAbstractType(returned)) abstractSets.add(node.selectionSet)
    walk(node.selectionSet, returned, possibleTypes(schema, returned))
  }

  function anyMember(name: string): Requirement {
    const type = schema.getType(name)
    const members = isAbstractType(type) ? schema.getPossibleTypes(type) : []
    return members.length === 0 ? ANYBODY : anyOf(members.map((member) => typeRule(member.name)))
  }

  function isUnmarked(type: string, field: string): boolean {
    if (unmarked === 'allow' || !rootTypes.has(type)) return false
    return !rules.marked.has(`${type}.${field}`) && !rules.types.has(type)
  }

  if (root) walk(operation.selectionSet, root, possibleTypes(schema, root))
  const relevant = itemsOf(requirements.values())
  const policies = namesOf('policy', relevant)
  return { operation, requirements, abstractSets, relevant, policies }
}

type Possible = ReadonlySet<string>

/** A root type may also be reached from a payload, or through an interface that it implements. */
function namesOfRootTypes(schema: GraphQLSchema): ReadonlySet<string> {
  const types = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
  return new Set(types.flatMap((type) => (type ? [type.name] : [])))
}

/** Names of the object types that may stand where this type is declared. */
function possibleTypes(schema: GraphQLSchema, type: GraphQLCompositeType): Possible {
  const types = isAbstractType(type) ? schema.getPossibleTypes(type) : [type]
  return new Set(types.map(({ name }) => name))
}

/** The field's definition; undefined for `__typename` and introspection, which carry no rules. */
function fieldOf(
  parent: GraphQLCompositeType,
  node: FieldNode,
): GraphQLField<unknown, unknown> | undefined {
  const hasFields = isObjectType(parent) || isInterfaceType(parent)
  return hasFields ? parent.getFields()[node.name.value] : undefined
}
