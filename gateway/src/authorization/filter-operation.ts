import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import type { AccessRules } from './access-rules.ts'
import {
  analyseOperation,
  type OperationAnalysis,
  type UnmarkedRootFields,
} from './analyse-operation.ts'
import { type Denial, denialOf } from './denial.ts'
import { expandFragments, plain } from './expand-fragments.ts'
import { type Caller, isMet } from './requirement.ts'

/** An operation cut down to what its caller may read. */
export type FilteredOperation = {
  /** What may be planned; null where nothing of the operation is left. */
  readonly document: DocumentNode | null
  /** The operation as it was asked for, fragments written out. */
  readonly operation: OperationDefinitionNode
  /** Fields taken out, by their node in `operation`, and what the caller is told of each. */
  readonly removed: ReadonlyMap<FieldNode, Denial>
  /** Sets of selections in `operation` with something removed in or below them. */
  readonly touched: ReadonlySet<SelectionSetNode>
}

/**
 * Takes out of an operation what its caller may not read.
 * @param request.document valid against `request.schema`
 * @returns null where the document has no operation of that name
 */
export function filterOperation(request: {
  document: DocumentNode
  operationName?: string | undefined
  schema: GraphQLSchema
  rules: AccessRules
  caller: Caller
  unmarkedRootFields?: UnmarkedRootFields
}): FilteredOperation | null {
  const { schema, rules, unmarkedRootFields } = request
  const operation = expandFragments(request.document, request.operationName)
  if (!operation) return null
  const analysis = analyseOperation(operation, schema, rules, unmarkedRootFields)
  return removeUnmet(analysis, request.caller)
}

/** Takes out every field whose requirement the caller does not meet. */
export function removeUnmet(analysis: OperationAnalysis, caller: Caller): FilteredOperation {
  const removed = new Map<FieldNode, Denial>()
  const touched = new Set<SelectionSetNode>()

  function keep(set: SelectionSetNode): SelectionNode[] {
    const before = removed.size
    const kept = plain(set).flatMap((node): SelectionNode[] => {
      if (node.kind === Kind.FIELD) return keepField(node)
      const selections = keep(node.selectionSet)
      return selections.length === 0 ? [] : [{ ...node, selectionSet: selectionSet(selections) }]
    })
    if (removed.size > before) touched.add(set)
    return kept
  }

  function keepField(node: FieldNode): SelectionNode[] {
    const requirement = analysis.requirements.get(node)
    if (requirement && !isMet(requirement, caller)) {
      removed.set(node, denialOf(requirement, caller))
      return []
    }
    if (!node.selectionSet) return [node]
    const selections = keep(node.selectionSet)
    return [{ ...node, selectionSet: selectionSet(withTypename(node.selectionSet, selections)) }]
  }

  /** Asks for the type where nulls must be put back per type, or where nothing else is left. */
  function withTypename(set: SelectionSetNode, kept: readonly SelectionNode[]) {
    const isNeeded = kept.length === 0 || (touched.has(set) && analysis.abstractSets.has(set))
    return isNeeded ? [TYPENAME, ...kept] : kept
  }

  const { operation } = analysis
  const selections = keep(operation.selectionSet)
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [{ ...operation, selectionSet: selectionSet(selections) }],
  }
  return {
    document: selections.length === 0 ? null : document,
    operation,
    removed,
    touched,
  }
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

const selectionSet = (selections: readonly SelectionNode[]): SelectionSetNode => ({
  kind: Kind.SELECTION_SET,
  selections,
})
