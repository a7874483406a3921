import type {
  FetchDataRewrite,
  QueryPlanFieldNode,
  QueryPlanSelectionNode,
} from '@apollo/query-planner'
import { applyRewrites } from './data-rewrites.ts'
import { getOwn, isJsonObject, type JsonObject, setOwn } from './json.ts'
import { mergeData } from './merge-data.ts'
import type { TypeConditions } from './type-conditions.ts'

/** How a subgraph is told of entities of one type. */
export type Representation = {
  /**
   * JSON text of the type, a key, and what the fetched fields `@require`. Null where the object
   * does not hold all of that.
   */
  write(entity: JsonObject): string | null
  /** The one key whose value makes the whole difference between two texts, where there is such. */
  readonly only: string | null
}

/** Finds how to tell of an entity; null for what does not say what it is. */
export type Representations = (entity: JsonObject) => Representation | null

/** @param requires what the planner wants in it, in fragments on the types that may stand there */
export function compileRepresentations(
  requires: readonly QueryPlanSelectionNode[],
  rewrites: readonly FetchDataRewrite[],
  types: TypeConditions,
): Representations {
  const byTypename = new Map<string, Representation>()
  return (entity) => {
    const typename = entity.__typename
    if (typeof typename !== 'string') return null
    const known = byTypename.get(typename)
    if (known) return known
    const made = compileFlat(requires, rewrites, typename, types) ?? {
      write: compileAny(requires, rewrites, types),
      only: null,
    }
    byTypename.set(typename, made)
    return made
  }
}

/** Null where there are rewrites of something else than the type's name. */
function typenameAfter(
  rewrites: readonly FetchDataRewrite[],
  typename: string,
  types: TypeConditions,
): string | null {
  const object = { __typename: typename }
  const areSimple = rewrites.every(
    ({ kind, path }) => kind === 'ValueSetter' && path.length === 2 && path[1] === '__typename',
  )
  if (!areSimple) return null
  applyRewrites(rewrites, object, types)
  return object.__typename
}

type Fragment = readonly QueryPlanSelectionNode[]

function fittingSelections(
  node: QueryPlanSelectionNode,
  typename: string,
  types: TypeConditions,
): Fragment[] {
  if (node.kind === 'Field') return [[node]]
  const fits = node.typeCondition === undefined || types.applies(node.typeCondition, typename)
  return fits ? [node.selections] : []
}

/** The common case: one fragment of plain fields. Null where it is not that. */
function compileFlat(
  requires: readonly QueryPlanSelectionNode[],
  rewrites: readonly FetchDataRewrite[],
  typename: string,
  types: TypeConditions,
): Representation | null {
  const rewritten = typenameAfter(rewrites, typename, types)
  const fragments = requires.flatMap((node) => fittingSelections(node, typename, types))
  const [fields, ...others] = fragments
  if (rewritten === null || !fields || others.length > 0) return null
  const plain = fields.filter((node): node is QueryPlanFieldNode => node.kind === 'Field')
  if (plain.length !== fields.length || plain.some(({ selections }) => selections)) return null
  if (!plain.some(({ name }) => name === '__typename')) return null
  const head = `{"__typename":${JSON.stringify(rewritten)}`
  const keys = plain.map(keyOf).filter((key) => key !== '__typename')
  const prefixes = keys.map((key) => `,${JSON.stringify(key)}:`)
  return {
    only: keys.length === 1 ? (keys[0] ?? null) : null,
    write(entity) {
      let text = head
      for (let at = 0; at < keys.length; at += 1) {
        const value = getOwn(entity, keys[at] as string)
        if (value === undefined) return null
        text += prefixes[at] + JSON.stringify(value)
      }
      return `${text}}`
    },
  }
}

function compileAny(
  requires: readonly QueryPlanSelectionNode[],
  rewrites: readonly FetchDataRewrite[],
  types: TypeConditions,
): Representation['write'] {
  return (entity) => {
    const representation = select(entity, requires, types)
    if (!representation || representation.__typename === undefined) return null
    applyRewrites(rewrites, representation, types)
    return JSON.stringify(representation)
  }
}

/** What of an object is asked for; null where a field is not there. Fragments are whole or nothing. */
function select(
  source: JsonObject,
  selections: readonly QueryPlanSelectionNode[],
  types: TypeConditions,
): JsonObject | null {
  const result: JsonObject = {}
  for (const node of selections) {
    if (node.kind === 'Field') {
      const value = getOwn(source, keyOf(node))
      if (value === undefined) return null
      setOwn(
        result,
        keyOf(node),
        node.selections ? selectAll(value, node.selections, types) : value,
      )
      continue
    }
    const typename = source.__typename
    const fits =
      node.typeCondition === undefined ||
      (typeof typename === 'string' && types.applies(node.typeCondition, typename))
    const part = fits ? select(source, node.selections, types) : null
    if (part) mergeData(result, part, types)
  }
  return result
}

function selectAll(
  value: unknown,
  selections: readonly QueryPlanSelectionNode[],
  types: TypeConditions,
): unknown {
  if (Array.isArray(value)) return value.map((item) => selectAll(item, selections, types))
  return isJsonObject(value) ? select(value, selections, types) : value
}

const keyOf = ({ alias, name }: QueryPlanFieldNode): string => alias ?? name
