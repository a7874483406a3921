import { AppError } from '@logicspike/errors'
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getOperationAST,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

/** Selections in a set without named fragments. */
export type PlainSelection = FieldNode | InlineFragmentNode

/** A bound for documents that reach this place unchecked; ordinary limits are far lower. */
const MOST_SELECTIONS = 20_000

/**
 * The chosen operation with every named fragment written out where it is spread. Each place gets
 * nodes of its own, so that a decision can be kept per node: the same fragment may be spread where
 * other types are possible, and what is allowed in one place may not be in the other.
 * @param document valid against the schema, so fragments exist and do not contain themselves
 * @returns null where the document has no operation of that name
 * @throws AppError OPERATION_TOO_COSTLY where it grows beyond 20,000 selections
 */
export function expandFragments(
  document: DocumentNode,
  operationName: string | undefined,
): OperationDefinitionNode | null {
  const operation = getOperationAST(document, operationName)
  if (!operation) return null
  const fragments = new Map(
    document.definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  )
  let left = MOST_SELECTIONS

  function expandSet(set: SelectionSetNode): SelectionSetNode {
    return { kind: Kind.SELECTION_SET, selections: set.selections.flatMap(expandNode) }
  }

  function expandNode(node: SelectionSetNode['selections'][number]): PlainSelection[] {
    left -= 1
    if (left < 0) throw new AppError('OPERATION_TOO_COSTLY', 'The operation selects too much.')
    if (node.kind === Kind.FIELD) {
      return [
        node.selectionSet ? { ...node, selectionSet: expandSet(node.selectionSet) } : { ...node },
      ]
    }
    if (node.kind === Kind.INLINE_FRAGMENT) {
      return [{ ...node, selectionSet: expandSet(node.selectionSet) }]
    }
    const fragment = fragments.get(node.name.value)
    return fragment ? [inlined(fragment, node.directives)] : []
  }

  function inlined(
    { typeCondition, selectionSet }: FragmentDefinitionNode,
    directives: InlineFragmentNode['directives'],
  ): InlineFragmentNode {
    return {
      kind: Kind.INLINE_FRAGMENT,
      typeCondition,
      ...(directives && { directives }),
      selectionSet: expandSet(selectionSet),
    }
  }

  return { ...operation, selectionSet: expandSet(operation.selectionSet) }
}

/** The selections of a set that expandFragments made. */
export function plain(set: SelectionSetNode): readonly PlainSelection[] {
  return set.selections.filter((node): node is PlainSelection => node.kind !== Kind.FRAGMENT_SPREAD)
}
