import {
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql'
import type { Random } from './random-operation.ts'

/** Marks fragments of a document with `@defer`, and makes fragments of fields in order to. */
export function withDefers(document: DocumentNode, random: Random): DocumentNode {
  let labels = 0

  function defer(): ConstDirectiveNode {
    labels += 1
    return {
      kind: Kind.DIRECTIVE,
      name: { kind: Kind.NAME, value: 'defer' },
      arguments: [
        {
          kind: Kind.ARGUMENT,
          name: { kind: Kind.NAME, value: 'label' },
          value: { kind: Kind.STRING, value: `part ${labels}` },
        },
      ],
    }
  }

  const marked = <Node extends { directives?: readonly DirectiveNode[] | undefined }>(
    node: Node,
  ) => (random.chance(40) ? { ...node, directives: [...(node.directives ?? []), defer()] } : node)

  function divided(set: SelectionSetNode): SelectionSetNode {
    if (!random.chance(40)) return set
    const moved = set.selections.filter(() => random.chance(50))
    if (moved.length === 0) return set
    // Some are asked for at once and later.
    const kept = set.selections.filter((node) => !moved.includes(node) || random.chance(20))
    const later = { kind: Kind.SELECTION_SET, selections: moved } as const
    return {
      ...set,
      selections: [
        ...kept,
        { kind: Kind.INLINE_FRAGMENT, directives: [defer()], selectionSet: later },
      ],
    }
  }

  return visit(document, {
    InlineFragment: { leave: marked },
    FragmentSpread: { leave: marked },
    SelectionSet: { leave: divided },
  })
}
