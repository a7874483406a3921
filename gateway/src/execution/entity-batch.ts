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
  const gathered: Gathered[] = []
  const byText = new Map<string, Gathered>()
  /** By the value of its only key: most entities need no text to be known again. */
  const byValue = new Map<string, Gathered>()

  function entityFor(text: string): Gathered {
    const known = byText.get(text)
    if (known) return known
    const entity = { text, objects: [], firstHere: 0 }
    byText.set(text, entity)
    gathered.push(entity)
    return entity
  }

  function entityOf(object: JsonObject): Gathered | null {
    const representation = representationOf(object)
    if (!representation) return null
    const value = representation.only === null ? null : getOwn(object, representation.only)
    const known = typeof value === 'string' ? byValue.get(value) : undefined
    // Entities of two types may have one key.
    if (known && known.objects[0]?.__typename === object.__typename) return known
    const text = representation.write(object)
    if (text === null) return null
    const entity = entityFor(text)
    if (typeof value === 'string') byValue.set(value, entity)
    return entity
  }

  function gather(object: JsonObject): JsonObject {
    const entity = entityOf(object)
    if (!entity) {
      onLacking(object)
      return object
    }
    const { objects } = entity
    for (let at = entity.firstHere; at < objects.length; at += 1) {
      const present = objects[at] as JsonObject
      if (present === object || holdSame(present, object)) return present
    }
    objects.push(object)
    return object
  }

  for (const path of paths) {
    // What is added later may be another at each path, so that one object cannot stand at two.
    for (const entity of gathered) entity.firstHere = entity.objects.length
    replaceObjectsAt(root, path, gather)
  }
  return {
    texts: gathered.map(({ text }) => text),
    targets: gathered.map(({ objects }) => objects),
  }
}

type Gathered = {
  readonly text: string
  readonly objects: JsonObject[]
  /** Of its objects, the first at the path that is being walked. */
  firstHere: number
}

/** Whether two objects hold the same. Told of one entity and asked for alike, they nearly always do. */
function holdSame(one: JsonObject, other: JsonObject): boolean {
  let more = 0
  for (const key in one) {
    if (!isSame(one[key], other[key]) || !Object.hasOwn(other, key)) return false
    more += 1
  }
  for (const _ in other) more -= 1
  return more === 0
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false
  if (!Array.isArray(one)) {
    return !Array.isArray(other) && holdSame(one as JsonObject, other as JsonObject)
  }
  if (!Array.isArray(other) || one.length !== other.length) return false
  for (let at = 0; at < one.length; at += 1) if (!isSame(one[at], other[at])) return false
  return true
}
