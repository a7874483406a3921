import { getOwn, isJsonObject, type JsonObject, setOwn } from './json.ts'

export type Path = readonly (string | number)[]

/** Response keys from one place of a plan to another, `@` for every item of a list. */
export type PlanPath = readonly string[]

/** One failed fetch may stand for thousands of entities; these many places tell enough. */
const MOST_PLACES = 100

/** The objects at a path, each once: one that stands in several places is one object. */
export function objectsAt(root: JsonObject, path: PlanPath): JsonObject[] {
  const objects = new Set<JsonObject>()
  replaceObjectsAt(root, path, (object) => {
    objects.add(object)
    return object
  })
  return [...objects]
}

/**
 * Visits every object at a path and lets what `visit` answers stand in its place. Where one object
 * stands in several places that share what is above, it is visited once for all of them.
 */
export function replaceObjectsAt(
  root: JsonObject,
  path: PlanPath,
  visit: (object: JsonObject) => JsonObject,
): void {
  const last = path.at(-1)
  if (last === undefined) {
    visit(root)
    return
  }
  let values: readonly unknown[] = [root]
  for (let at = 0; at < path.length - 1; at += 1) values = below(values, path[at] as string)
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at]
    if (last === '@') replaceItems(value, visit)
    else if (isJsonObject(value)) replaceMember(value, last, visit)
  }
}

/**
 * What is one step below, each once: where one answer was merged in several places, these share what
 * is below, and it is walked through once.
 */
function below(values: readonly unknown[], step: string): readonly unknown[] {
  const found = createDistinct()
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at]
    if (step === '@') addItems(value, found)
    else if (isJsonObject(value)) {
      const next = getOwn(value, step)
      if (next !== null && next !== undefined) found.add(next)
    }
  }
  return found.values
}

type Distinct = { readonly values: unknown[]; add(value: unknown): void }

/** Up to so many are looked through faster than they are put into a set. */
const FEW = 32

function createDistinct(): Distinct {
  const values: unknown[] = []
  let seen: Set<unknown> | null = null
  return {
    values,
    add(value) {
      if (seen === null) {
        if (values.includes(value)) return
        if (values.length >= FEW) seen = new Set(values)
      }
      if (seen !== null) {
        if (seen.has(value)) return
        seen.add(value)
      }
      values.push(value)
    },
  }
}

function addItems(value: unknown, found: Distinct): void {
  if (!Array.isArray(value)) found.add(value)
  else for (let at = 0; at < value.length; at += 1) found.add(value[at])
}

type Visit = (object: JsonObject) => JsonObject

function replaceMember(object: JsonObject, key: string, visit: Visit): void {
  const value = getOwn(object, key)
  if (Array.isArray(value)) replaceItems(value, visit)
  else if (isJsonObject(value)) {
    const next = visit(value)
    if (next !== value) setOwn(object, key, next)
  }
}

/** A list whose items the path does not name stands for its items. */
function replaceItems(value: unknown, visit: Visit): void {
  if (!Array.isArray(value)) {
    if (isJsonObject(value)) visit(value)
    return
  }
  for (let at = 0; at < value.length; at += 1) {
    const item: unknown = value[at]
    if (Array.isArray(item)) replaceItems(item, visit)
    else if (isJsonObject(item)) value[at] = visit(item)
  }
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
