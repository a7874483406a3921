import { getOwn, isJsonObject, type JsonObject } from './json.ts'

export type Path = readonly (string | number)[]

/** Response keys from one place of a plan to another, `@` for every item of a list. */
export type PlanPath = readonly string[]

/** One failed fetch may stand for thousands of entities; these many places tell enough. */
const MOST_PLACES = 100

/** The objects at a path, each once: one that stands in several places is one object. */
export function objectsAt(root: JsonObject, path: PlanPath): JsonObject[] {
  let values: unknown[] = [root]
  for (const step of path) values = step === '@' ? itemsOf(values) : valuesAt(values, step)
  const objects: JsonObject[] = []
  for (const value of distinct(values)) collectObjects(value, objects)
  return path.length === 0 || objects.length < 2 ? objects : [...new Set(objects)]
}

/**
 * Where one answer was merged in several places, these share what is below; it is walked through
 * once.
 */
const distinct = (values: readonly unknown[]): Iterable<unknown> =>
  values.length < 2 ? values : new Set(values)

function itemsOf(values: readonly unknown[]): unknown[] {
  const items: unknown[] = []
  for (const value of distinct(values)) {
    if (!Array.isArray(value)) items.push(value)
    else for (let at = 0; at < value.length; at += 1) items.push(value[at])
  }
  return items
}

function valuesAt(values: readonly unknown[], key: string): unknown[] {
  const found: unknown[] = []
  for (const value of distinct(values)) {
    if (!isJsonObject(value)) continue
    const next = getOwn(value, key)
    if (next !== null && next !== undefined) found.push(next)
  }
  return found
}

/** A list whose items the path does not name stands for its items. */
function collectObjects(value: unknown, objects: JsonObject[]): void {
  if (Array.isArray(value)) for (const item of value) collectObjects(item, objects)
  else if (isJsonObject(value)) objects.push(value)
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
