import { getOwn, isJsonObject, type JsonObject } from './json.ts'

export type Path = readonly (string | number)[]

/** Response keys from one place of a plan to another, `@` for every item of a list. */
export type PlanPath = readonly string[]

/** One failed fetch may stand for thousands of entities; these many places tell enough. */
const MOST_PLACES = 100

/** The objects at a path, each once: one that stands in several places is one object. */
export function objectsAt(root: JsonObject, path: PlanPath): JsonObject[] {
  let objects: unknown[] = [root]
  for (const step of path) {
    objects = step === '@' ? objects.flat() : objects.map((value) => valueAt(value, step))
  }
  const found = new Set<unknown>(objects.flat())
  found.delete(null)
  found.delete(undefined)
  return [...found].filter(isJsonObject)
}

function valueAt(value: unknown, key: string): unknown {
  return isJsonObject(value) ? getOwn(value, key) : undefined
}

/** Places of the response at which any of these objects stands below a path of the plan. */
export function placesOf(root: JsonObject, path: PlanPath, objects: ReadonlySet<unknown>): Path[] {
  const places: Path[] = []

  function walk(value: unknown, depth: number, place: Path): void {
    if (places.length >= MOST_PLACES) return
    if (Array.isArray(value)) walkList(value, path[depth] === '@' ? depth + 1 : depth, place)
    else if (isJsonObject(value)) walkObject(value, depth, place)
  }

  function walkList(list: readonly unknown[], depth: number, place: Path): void {
    for (const [at, item] of list.entries()) walk(item, depth, [...place, at])
  }

  function walkObject(object: JsonObject, depth: number, place: Path): void {
    const step = path[depth]
    if (step !== undefined) walk(getOwn(object, step), depth + 1, [...place, step])
    else if (objects.has(object)) places.push(place)
  }

  walk(root, 0, [])
  return places
}
