import { getOwn, type JsonObject } from './json.ts'
import { type PlanPath, replaceObjectsAt } from './plan-paths.ts'
import type { Representations } from './representations.ts'

/** Entities asked for in one request, each once, and the objects that each stands for. */
export type EntityBatch = {
  readonly texts: readonly string[]
  readonly targets: readonly JsonObject[][]
}

/**
 * Gathers the entities at some paths for a request. Objects at one path that tell of one entity and
 * hold the same become one object, which then stands in all their places: whatever is added to it is
 * added once, looked through once and written once.
 * @param root changed where objects become one
 * @param onLacking told of objects that do not hold what is needed to ask for them
 */
export function gatherEntities(
  root: JsonObject,
  paths: readonly PlanPath[],
  representationOf: Representations,
  onLacking: (object: JsonObject) => void,
): EntityBatch {
  const texts: string[] = []
  const targets: JsonObject[][] = []
  const byText = new Map<string, JsonObject[]>()
  /** By the value of its only key: most entities need no text to be known again. */
  const byValue = new Map<string, JsonObject[]>()

  function placesOf(text: string): JsonObject[] {
    const known = byText.get(text)
    if (known) return known
    const places: JsonObject[] = []
    byText.set(text, places)
    texts.push(text)
    targets.push(places)
    return places
  }

  function entityOf(object: JsonObject): JsonObject[] | null {
    const representation = representationOf(object)
    if (!representation) return null
    const value = representation.only === null ? null : getOwn(object, representation.only)
    const known = typeof value === 'string' ? byValue.get(value) : undefined
    // Entities of two types may have one key.
    if (known?.[0]?.__typename === object.__typename && known) return known
    const text = representation.write(object)
    if (text === null) return null
    const places = placesOf(text)
    if (typeof value === 'string') byValue.set(value, places)
    return places
  }

  for (const path of paths) {
    /** What is added later may be another at each path, so that one object cannot stand at two. */
    const here = paths.length > 1 ? new Set<JsonObject>() : null
    replaceObjectsAt(root, path, (object) => {
      const places = entityOf(object)
      if (!places) {
        onLacking(object)
        return object
      }
      for (const place of places) {
        if (place === object) return place
        if (here?.has(place) !== false && holdSame(place, object)) return place
      }
      here?.add(object)
      places.push(object)
      return object
    })
  }
  return { texts, targets }
}

/** Whether two objects have the same members; those that are objects only where they are one. */
function holdSame(one: JsonObject, other: JsonObject): boolean {
  let more = 0
  for (const key in one) {
    if (one[key] !== other[key] || !Object.hasOwn(other, key)) return false
    more += 1
  }
  for (const _ in other) more -= 1
  return more === 0
}
