import { getOwn, type JsonObject } from './json.ts'
import type { Representations } from './representations.ts'

/** Entities asked for in one request, each once, and the objects that each stands for. */
export type EntityBatch = {
  readonly texts: readonly string[]
  readonly targets: readonly JsonObject[][]
}

/**
 * Gathers entities for a request.
 * @param onLacking told of objects that do not hold what is needed to ask for them
 */
export function gatherEntities(
  objects: readonly JsonObject[],
  representationOf: Representations,
  onLacking: (object: JsonObject) => void,
): EntityBatch {
  const texts: string[] = []
  const targets: JsonObject[][] = []
  const byText = new Map<string, JsonObject[]>()
  /** By type and the value of its only key: most entities need no text to be known again. */
  const byValue = new Map<unknown, Map<unknown, JsonObject[]>>()

  function placesOf(text: string): JsonObject[] {
    const known = byText.get(text)
    if (known) return known
    const places: JsonObject[] = []
    byText.set(text, places)
    texts.push(text)
    targets.push(places)
    return places
  }

  function remember(typename: unknown, value: unknown, places: JsonObject[]): void {
    const values = byValue.get(typename)
    if (values) values.set(value, places)
    else byValue.set(typename, new Map([[value, places]]))
  }

  function add(object: JsonObject): void {
    const representation = representationOf(object)
    const only = representation?.only ?? null
    const value = only === null ? undefined : getOwn(object, only)
    const isValue = typeof value === 'string'
    const known = isValue ? byValue.get(object.__typename)?.get(value) : undefined
    if (known) {
      known.push(object)
      return
    }
    const text = representation?.write(object) ?? null
    if (text === null) {
      onLacking(object)
      return
    }
    const places = placesOf(text)
    places.push(object)
    if (isValue) remember(object.__typename, value, places)
  }

  for (const object of objects) add(object)
  return { texts, targets }
}
