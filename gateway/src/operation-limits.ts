import { AppError } from '@logicspike/errors'
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

/** Bounds on one operation. Fragments count wherever they are spread. */
export type OperationLimits = {
  /** Lexical tokens of the document. */
  readonly tokens: number
  /** Levels of fields. */
  readonly depth: number
  readonly aliases: number
  readonly directives: number
  /** Fragments marked with `@defer`. */
  readonly deferred: number
  /** Fields on Query or Mutation. */
  readonly rootFields: number
  /** Fields in all, which is what the planner and the authorization work through. */
  readonly fields: number
  /** Of the variables as JSON. */
  readonly variableBytes: number
  /** Cost units by estimate; see cost/. */
  readonly cost: number
}

/** Far above what people write and below what hurts; introspection by tools needs depth 15. */
export const defaultOperationLimits: OperationLimits = {
  tokens: 5_000,
  depth: 20,
  aliases: 100,
  directives: 100,
  deferred: 50,
  rootFields: 40,
  fields: 2_000,
  variableBytes: 200_000,
  cost: 1_000_000,
}

type Size = {
  readonly depth: number
  readonly aliases: number
  readonly directives: number
  readonly deferred: number
  readonly rootFields: number
  readonly fields: number
}

const EMPTY: Size = {
  depth: 0,
  aliases: 0,
  directives: 0,
  deferred: 0,
  rootFields: 0,
  fields: 0,
}
const MEASURED = ['depth', 'aliases', 'directives', 'deferred', 'rootFields', 'fields'] as const

/**
 * Measures every operation of a document in one pass, without expanding fragments: each fragment
 * is measured once, so that a document which doubles itself twenty times over costs nothing.
 * Runs before validation, some of whose rules take time in the square of the size.
 * @throws AppError OPERATION_TOO_COSTLY naming the limit, BAD_REQUEST for a reserved alias
 */
export function checkOperationLimits(document: DocumentNode, limits: OperationLimits): void {
  const measure = measureIn(document)
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    const size = withDirectives(definition, measure(definition.selectionSet))
    for (const name of MEASURED) {
      if (size[name] > limits[name]) throw tooCostly(name, limits[name])
    }
  }
}

export function tooCostly(name: Exclude<keyof OperationLimits, 'cost'>, limit: number): AppError {
  return new AppError(
    'OPERATION_TOO_COSTLY',
    `The operation exceeds the limit of ${limit} ${name}.`,
    {
      extensions: { limit: name, maximum: limit },
    },
  )
}

function measureIn(document: DocumentNode): (set: SelectionSetNode) => Size {
  const fragments = new Map(
    document.definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  )
  const known = new Map<string, Size>()

  function ofFragment(name: string): Size {
    const measured = known.get(name)
    if (measured) return measured
    // A fragment that contains itself counts as empty here; validation refuses it.
    known.set(name, EMPTY)
    const fragment = fragments.get(name)
    const size = fragment ? withDirectives(fragment, ofSet(fragment.selectionSet)) : EMPTY
    known.set(name, size)
    return size
  }

  function ofSet({ selections }: SelectionSetNode): Size {
    return selections.map(ofNode).reduce(together, EMPTY)
  }

  function ofNode(node: SelectionNode): Size {
    return withDirectives(node, sizeOf(node))
  }

  function sizeOf(node: SelectionNode): Size {
    if (node.kind === Kind.FRAGMENT_SPREAD) return ofFragment(node.name.value)
    if (node.kind === Kind.INLINE_FRAGMENT) return ofSet(node.selectionSet)
    const alias = node.alias?.value
    // The gateway tells types apart by `__typename`; nothing else may stand under such a name.
    if (alias?.startsWith('__') && alias !== node.name.value) {
      throw new AppError('BAD_REQUEST', 'Aliases that begin with two underscores are reserved.')
    }
    const below = node.selectionSet ? ofSet(node.selectionSet) : EMPTY
    return {
      directives: below.directives,
      deferred: below.deferred,
      depth: below.depth + 1,
      aliases: below.aliases + (alias === undefined ? 0 : 1),
      rootFields: 1,
      fields: below.fields + 1,
    }
  }
  return ofSet
}

function withDirectives({ directives = [] }: Pick<SelectionNode, 'directives'>, size: Size): Size {
  if (directives.length === 0) return size
  const deferred = directives.filter(({ name }) => name.value === 'defer').length
  return {
    ...size,
    directives: size.directives + directives.length,
    deferred: size.deferred + deferred,
  }
}

function together(left: Size, right: Size): Size {
  return {
    depth: Math.max(left.depth, right.depth),
    aliases: left.aliases + right.aliases,
    directives: left.directives + right.directives,
    deferred: left.deferred + right.deferred,
    rootFields: left.rootFields + right.rootFields,
    fields: left.fields + right.fields,
  }
}
