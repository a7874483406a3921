import {
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql'

/** What is known of a fetch from its document alone. */
export type FetchDocument = {
  /** Response keys at the top, by the type of the fragment they stand in (null: in none). */
  readonly topKeys: readonly { readonly type: string | null; readonly key: string }[]
  /** Every response key under which it asks for an object, with those below. */
  readonly objects: ObjectKeys
}

export type ObjectKeys = ReadonlyMap<string, ObjectKeys>

/**
 * Reads the planner's document. Of a fetch of entities, only what stands below `_entities` counts.
 * @param query the text sent to the subgraph
 */
export function readFetchDocument(query: string, ofEntities: boolean): FetchDocument {
  const { definitions } = parse(query, { noLocation: true })
  const fragments = new Map(
    definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  )
  const operation = definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return { topKeys: [], objects: new Map() }
  const all = fieldsIn(operation.selectionSet, null, fragments)
  const below = all.find(({ node }) => node.name.value === '_entities')?.node.selectionSet
  const top = ofEntities && below ? fieldsIn(below, null, fragments) : all
  return {
    topKeys: top
      .filter(({ node }) => node.name.value !== '__typename')
      .map(({ node, type }) => ({ type, key: keyOf(node) })),
    objects: objectKeys(top, fragments),
  }
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>
type Placed = { readonly node: FieldNode; readonly type: string | null }

function fieldsIn(set: SelectionSetNode, type: string | null, fragments: Fragments): Placed[] {
  return set.selections.flatMap((node): Placed[] => {
    if (node.kind === Kind.FIELD) return [{ node, type }]
    if (node.kind === Kind.INLINE_FRAGMENT) {
      return fieldsIn(node.selectionSet, node.typeCondition?.name.value ?? type, fragments)
    }
    const fragment = fragments.get(node.name.value)
    return fragment
      ? fieldsIn(fragment.selectionSet, fragment.typeCondition.name.value, fragments)
      : []
  })
}

function objectKeys(fields: readonly Placed[], fragments: Fragments): ObjectKeys {
  const keys = new Map<string, ObjectKeys>()
  for (const { node } of fields) {
    if (!node.selectionSet) continue
    const below = objectKeys(fieldsIn(node.selectionSet, null, fragments), fragments)
    keys.set(keyOf(node), union(keys.get(keyOf(node)), below))
  }
  return keys
}

function union(one: ObjectKeys | undefined, other: ObjectKeys): ObjectKeys {
  if (!one) return other
  const keys = new Map(one)
  for (const [key, below] of other) keys.set(key, union(keys.get(key), below))
  return keys
}

const keyOf = ({ alias, name }: FieldNode): string => alias?.value ?? name.value
