import {
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql'
import { expandFragments, plain } from '../../authorization/expand-fragments.ts'

/** A fragment of an operation that may be answered later than the rest. */
export type DeferrableFragment = {
  readonly label: string | null
  /** The `if` of its directive; null where it has none. */
  readonly condition: ValueNode | null
}

const DEFER = 'defer'
const known = new WeakMap<DocumentNode, Map<string, readonly DeferrableFragment[]>>()
const NONE: readonly DeferrableFragment[] = []

/** The deferrable fragments of an operation, by their numbers; found once per document. */
export function deferrableIn(
  document: DocumentNode,
  operationName: string | null | undefined,
): readonly DeferrableFragment[] {
  const name = operationName ?? ''
  const ofDocument = known.get(document) ?? new Map<string, readonly DeferrableFragment[]>()
  known.set(document, ofDocument)
  const found = ofDocument.get(name)
  if (found) return found
  const operation = expandFragments(document, operationName ?? undefined)
  const fragments = operation ? findDeferrable(operation) : NONE
  ofDocument.set(name, fragments)
  return fragments
}

function findDeferrable(operation: OperationDefinitionNode): readonly DeferrableFragment[] {
  const found: DeferrableFragment[] = []
  rewrite(operation, (directive) => {
    const argument = (name: string) =>
      directive.arguments?.find((given) => given.name.value === name)?.value
    const label = argument('label')
    found.push({
      label: label?.kind === Kind.STRING ? label.value : null,
      condition: argument('if') ?? null,
    })
    return null
  })
  return found
}

/**
 * Leaves `@defer` only on the fragments that are deferred, each with its number for its label.
 * @param operation as expandFragments makes it
 * @param deferred numbers of fragments, as in deferrableIn
 */
export function numberDeferred(
  operation: OperationDefinitionNode,
  deferred: ReadonlySet<number>,
): OperationDefinitionNode {
  let number = -1
  return rewrite(operation, () => {
    number += 1
    return deferred.has(number) ? numbered(number) : null
  })
}

/** The number of a fragment as numberDeferred leaves it; null for one that is not deferred. */
export function numberOf(directives: readonly DirectiveNode[] = []): number | null {
  const label = directives.find(isDefer)?.arguments?.[0]?.value
  return label?.kind === Kind.STRING ? Number(label.value) : null
}

export const withoutDefer = (directives: readonly DirectiveNode[] = []): readonly DirectiveNode[] =>
  directives.filter((directive) => !isDefer(directive))

/**
 * Replaces the directives of deferrable fragments and removes all others. Whatever a mutation does,
 * it does before it is answered; of an event all is sent at once; introspection is at hand anyway.
 */
function rewrite(
  operation: OperationDefinitionNode,
  replace: (directive: DirectiveNode) => DirectiveNode | null,
): OperationDefinitionNode {
  function ofSet(set: SelectionSetNode, isDeferrable: boolean): SelectionSetNode {
    return { ...set, selections: plain(set).map((node) => ofNode(node, isDeferrable)) }
  }

  function ofNode(node: ReturnType<typeof plain>[number], isDeferrable: boolean) {
    if (node.kind === Kind.FIELD) {
      if (!node.selectionSet) return node
      const isOpen = !isSubscription && !node.name.value.startsWith('__')
      return { ...node, selectionSet: ofSet(node.selectionSet, isOpen) }
    }
    const { directives = [], selectionSet } = node
    const replaced = directives.flatMap((directive) => {
      if (!isDefer(directive)) return [directive]
      return (isDeferrable && replace(directive)) || []
    })
    return { ...node, directives: replaced, selectionSet: ofSet(selectionSet, isDeferrable) }
  }

  const isSubscription = operation.operation === OperationTypeNode.SUBSCRIPTION
  const isQuery = operation.operation === OperationTypeNode.QUERY
  return { ...operation, selectionSet: ofSet(operation.selectionSet, isQuery) }
}

const isDefer = ({ name }: DirectiveNode): boolean => name.value === DEFER

const numbered = (number: number): ConstDirectiveNode => ({
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: DEFER },
  arguments: [
    {
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: 'label' },
      value: { kind: Kind.STRING, value: String(number) },
    },
  ],
})
