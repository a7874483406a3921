import {
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { plain } from '../../authorization/expand-fragments.ts'
import type { RenamedOperation, ResponseKeys } from '../response-keys.ts'
import { numberOf } from './deferred-fragments.ts'

/**
 * Gives the fields of every deferred fragment keys of their own. Parts are fetched at the same time
 * and merged into one tree of data; what is asked for in two of them is asked for twice, and none
 * of them can disturb what another says.
 * @param renamed with fragments as numberDeferred leaves them
 */
export function separateDeferred(
  { operation, clientKeys, ...renamed }: RenamedOperation,
  keys: ResponseKeys,
): RenamedOperation {
  const known = new Map(clientKeys)

  function ofSet(set: SelectionSetNode, fragment: number | null): SelectionSetNode {
    return { ...set, selections: plain(set).map((node) => ofNode(node, fragment)) }
  }

  function ofNode(node: ReturnType<typeof plain>[number], fragment: number | null): SelectionNode {
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const inner = numberOf(node.directives) ?? fragment
      return { ...node, selectionSet: ofSet(node.selectionSet, inner) }
    }
    const below = node.selectionSet && { selectionSet: ofSet(node.selectionSet, null) }
    if (fragment === null || node.name.value.startsWith('__')) return { ...node, ...below }
    const key = node.alias?.value ?? node.name.value
    const own = keys.deferredKey(fragment, key)
    known.set(own, clientKeys.get(key) ?? key)
    return { ...node, ...below, alias: { kind: Kind.NAME, value: own } }
  }

  return {
    ...renamed,
    operation: {
      ...operation,
      selectionSet: ofSet(operation.selectionSet, null),
    } satisfies OperationDefinitionNode,
    clientKeys: known,
  }
}
