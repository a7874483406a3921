import { type FieldNode, Kind, parse, type SelectionNode, type SelectionSetNode } from 'graphql'
import { isObject } from '../subgraph-links/read-subgraph-body.ts'

type Path = readonly (string | number)[]

/** One failed fetch may stand for thousands of entities; these many errors tell enough. */
const MOST_PATHS = 100

/**
 * Where the data of a fetch would have stood, in terms of the fetch: `['user']`, or
 * `['_entities', 3, 'name']`, which the gateway turns into places in the client's response.
 * @param query the planner's document
 * @param variables with the `representations` of an entity fetch
 */
export function pathsOfFetch(query: string, variables: Readonly<Record<string, unknown>>): Path[] {
  const definition = parse(query, { noLocation: true }).definitions.find(
    ({ kind }) => kind === Kind.OPERATION_DEFINITION,
  )
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return []
  const fields = fieldsOf(definition.selectionSet)
  const entities = fields.find(({ name }) => name.value === '_entities')
  if (!entities?.selectionSet) return fields.map((field) => [keyOf(field)])
  const { selections } = entities.selectionSet
  const representations = Array.isArray(variables.representations) ? variables.representations : []
  return representations
    .slice(0, MOST_PATHS)
    .flatMap((representation: unknown, index) =>
      keysFor(representation, selections).map((key) => ['_entities', index, key]),
    )
    .slice(0, MOST_PATHS)
}

/** Response keys that the fetch asks of this entity: those in fragments on its type. */
function keysFor(representation: unknown, selections: readonly SelectionNode[]): string[] {
  const type = isObject(representation) ? representation.__typename : undefined
  const fragments = selections.filter((node) => node.kind === Kind.INLINE_FRAGMENT)
  const own = fragments.filter(({ typeCondition }) => typeCondition?.name.value === type)
  // A fragment on an interface fits entities whose concrete type the subgraph does not know.
  const fitting = own.length > 0 ? own : fragments
  return fitting.flatMap(({ selectionSet }) => fieldsOf(selectionSet).map(keyOf))
}

function fieldsOf({ selections }: SelectionSetNode): FieldNode[] {
  return selections
    .flatMap((node) => {
      if (node.kind === Kind.FIELD) return [node]
      return node.kind === Kind.INLINE_FRAGMENT ? fieldsOf(node.selectionSet) : []
    })
    .filter(({ name }) => name.value !== '__typename')
}

const keyOf = ({ alias, name }: FieldNode): string => alias?.value ?? name.value
