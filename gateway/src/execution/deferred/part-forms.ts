import {
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { type PlainSelection, plain } from '../../authorization/expand-fragments.ts'
import { formsByCondition } from '../condition-forms.ts'
import type { RenamedOperation, ResponseKeys } from '../response-keys.ts'
import { type FieldShape, type SelectionShape, shapeResponse } from '../response-shape.ts'
import { numberOf, withoutDefer } from './deferred-fragments.ts'

/** What is sent in one piece: the response without what is deferred, or a deferred fragment. */
export type PartForm = {
  /**
   * With a field for each deferred fragment, which only marks its place: which of them an object has
   * depends on its type, like any other field.
   */
  readonly fields: SelectionShape
  /** Of those only the marks, and what leads to them. */
  readonly places: SelectionShape
}

export type PartForms = {
  readonly first: PartForm
  /** @throws Error where there is no such fragment */
  of(fragment: number): PartForm
}

/** Of a fragment inside another the other's number; null for one that stands in no other. */
export type Parents = ReadonlyMap<number, number | null>

/** The parts of an operation's response. */
export type ResponseParts = {
  readonly rootType: GraphQLObjectType
  readonly parents: Parents
  /** The deferred fragment that a key of the merged data belongs to; null for keys of none. */
  fragmentOf(key: string): number | null
  /** For the values of `@skip` and `@include` in these variables. */
  formsFor(variables: Readonly<Record<string, unknown>>): PartForms
}

/** @param operation with fragments as numberDeferred leaves them; null where none is deferred */
export function shapeParts(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  keys: Pick<ResponseKeys, 'deferredKey' | 'fragmentOf'> & Pick<RenamedOperation, 'keyOf'>,
): ResponseParts | null {
  const { first, fragments, owners } = splitOperation(operation)
  const rootType = schema.getRootType(operation.operation)
  if (!rootType || fragments.size === 0) return null
  const sourceKey = (field: FieldNode): string => {
    const key = keys.keyOf(field)
    const owner = owners.get(field)
    return owner === undefined ? key : keys.deferredKey(owner, key)
  }

  const formsFor = formsByCondition(operation, (conditions) => {
    const shape = (selectionSet: SelectionSetNode) =>
      shapeResponse(schema, { ...operation, selectionSet }, conditions, sourceKey).fields
    const formOf = ({ fields, places }: Split): PartForm => ({
      fields: shape(fields),
      places: shape(places),
    })
    const forms = new Map([...fragments].map(([fragment, split]) => [fragment, formOf(split)]))
    return {
      first: formOf(first),
      of(fragment: number) {
        const form = forms.get(fragment)
        if (!form) throw new Error(`the operation has no deferred fragment ${fragment}`)
        return form
      },
    }
  })
  return {
    rootType,
    fragmentOf: keys.fragmentOf,
    parents: new Map([...fragments].map(([fragment, { parent }]) => [fragment, parent])),
    formsFor,
  }
}

const PLACE = '__deferred'

/** The fragment whose place a field of `places` stands for. */
export function fragmentAt({ kind, key }: FieldShape): number | null {
  return kind === 'introspection' && key.startsWith(PLACE) ? Number(key.slice(PLACE.length)) : null
}

type Split = { readonly fields: SelectionSetNode; readonly places: SelectionSetNode }

function splitOperation({ selectionSet }: OperationDefinitionNode) {
  const fragments = new Map<number, Split & { readonly parent: number | null }>()
  /** Fields that stand in a deferred fragment, not counting what is below them. */
  const owners = new Map<FieldNode, number>()

  /**
   * @param around the fragment whose part the set belongs to
   * @param owner the same where fields of the set have keys of that fragment
   */
  function split(set: SelectionSetNode, around: number | null, owner: number | null): Split {
    const fields: SelectionNode[] = []
    const places: SelectionNode[] = []

    function add(node: PlainSelection & { readonly selectionSet: SelectionSetNode }): void {
      const below = split(node.selectionSet, around, node.kind === Kind.FIELD ? null : owner)
      fields.push(owned({ ...node, selectionSet: below.fields }, owner))
      if (below.places.selections.length === 0) return
      places.push(owned({ ...node, selectionSet: below.places }, owner))
    }

    function addDeferred(fragment: number, node: InlineFragmentNode): void {
      fragments.set(fragment, { parent: around, ...split(node.selectionSet, fragment, fragment) })
      const directives = withoutDefer(node.directives)
      const place = { ...node, directives, selectionSet: setOf([placeOf(fragment)]) }
      fields.push(place)
      places.push(place)
    }

    for (const node of plain(set)) {
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? numberOf(node.directives) : null
      if (fragment !== null) addDeferred(fragment, node as InlineFragmentNode)
      else if (node.selectionSet) add({ ...node, selectionSet: node.selectionSet })
      else fields.push(owned(node, owner))
    }
    return { fields: setOf(fields), places: setOf(places) }
  }

  function owned(node: PlainSelection, owner: number | null): PlainSelection {
    const isMeta = node.kind === Kind.FIELD && node.name.value.startsWith('__')
    if (owner !== null && node.kind === Kind.FIELD && !isMeta) owners.set(node, owner)
    return node
  }

  const first = split(selectionSet, null, null)
  return { first, fragments, owners }
}

const setOf = (selections: readonly SelectionNode[]): SelectionSetNode => ({
  kind: Kind.SELECTION_SET,
  selections,
})

const placeOf = (fragment: number): FieldNode => ({
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: `${PLACE}${fragment}` },
})
