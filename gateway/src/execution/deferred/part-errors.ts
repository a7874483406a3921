import { isJsonObject, type JsonObject } from '../json.ts'
import type { Path } from '../plan-paths.ts'
import type { RunError } from '../run.ts'
import type { Parents } from './part-forms.ts'
import type { Place } from './part-places.ts'

/** The errors of an execution, each with the part and the place of it in which it is told. */
export type PartErrors = {
  /** Takes in what went wrong in fetching for a part, once that is over. */
  add(errors: readonly RunError[], places: readonly Place[]): void
  /** Errors of the part at this place, their places told from there on. */
  at(place: Place): readonly RunError[]
  /**
   * Lets a part tell the errors of parts that are never sent, as it has null where they would stand.
   * @param sent data of the part
   * @returns whether there were any
   */
  adopt(place: Place, sent: JsonObject | null): boolean
}

type PlaceKey = Pick<Place, 'fragment' | 'at'>
type Located = PlaceKey & { readonly rest: Path }
type Noted = PlaceKey & { readonly errors: RunError[] }

/**
 * The keys of fields tell which part these are of: some are fetched with another, where they could
 * not be fetched alone. All else belongs to the part that it was fetched for.
 * @param fragmentOf of a key of the merged data, see ResponseKeys
 * @param clientKeys by the keys of the merged data, where these are others
 */
export function createPartErrors(
  parents: Parents,
  fragmentOf: (key: string) => number | null,
  clientKeys: ReadonlyMap<string, string>,
): PartErrors {
  const byPlace = new Map<string, Noted>()

  function isWithin(fragment: number, other: number | null): boolean {
    if (other === null || fragment === other) return true
    const parent = parents.get(fragment) ?? null
    return parent !== null && isWithin(parent, other)
  }

  const ownerOf = (step: string | number | undefined): number | null =>
    typeof step === 'string' ? fragmentOf(step) : null

  /** Divides a path into the place of a part and the way from there. */
  function locate(path: Path, of: number | null, own: ReadonlySet<string>): Located | null {
    for (let depth = path.length - 1; depth >= 0; depth -= 1) {
      const fragment = ownerOf(path[depth])
      if (fragment !== null && isWithin(fragment, of)) return divided(path, depth, fragment)
    }
    for (let depth = path.length; depth >= 0; depth -= 1) {
      const located = divided(path, depth, of)
      if (own.has(keyOf(located))) return located
    }
    return null
  }

  function note({ fragment, at }: PlaceKey, error: RunError): void {
    const key = keyOf({ fragment, at })
    const noted = byPlace.get(key) ?? { fragment, at, errors: [] }
    noted.errors.push(error)
    byPlace.set(key, noted)
  }

  /** Whether a part has null where another would stand, or around that. */
  function isGone({ at }: PlaceKey, part: Place, sent: JsonObject | null): boolean {
    let value: unknown = sent
    for (const step of at.slice(part.at.length)) {
      const owner = ownerOf(step)
      if (value === null || value === undefined) return true
      // From here on it is another part's.
      if (owner !== null && owner !== part.fragment) return false
      value = valueAt(value, clientKeys.get(String(step)) ?? step)
    }
    return value === null || value === undefined
  }

  return {
    add(errors, places) {
      const [first] = places
      if (!first) return
      const own = new Set(places.map(keyOf))
      const located = (paths: readonly (Path | undefined)[]): Located[] =>
        paths.flatMap((path) => (path && locate(path, first.fragment, own)) || [])
      for (const { error, places: placesOf, otherwise } of errors) {
        const byKey = Map.groupBy(located(placesOf()), keyOf)
        // What has no place of its own is told where the part begins.
        if (byKey.size === 0) note(first, { error, places: () => [] })
        for (const [key, found] of byKey) {
          note(found[0] as Located, {
            error,
            places: () => found.map(({ rest }) => rest),
            otherwise: () =>
              located(otherwise?.() ?? []).flatMap((it) => (keyOf(it) === key ? [it.rest] : [])),
          })
        }
      }
    },
    at: (place) => byPlace.get(keyOf(place))?.errors ?? [],
    adopt(part, sent) {
      const key = keyOf(part)
      let isAny = false
      for (const [otherKey, { fragment, at, errors }] of byPlace) {
        const isInside =
          otherKey !== key &&
          fragment !== null &&
          isWithin(fragment, part.fragment) &&
          part.at.every((step, depth) => at[depth] === step)
        if (!isInside || !isGone({ fragment, at }, part, sent)) continue
        byPlace.delete(otherKey)
        const way = at.slice(part.at.length)
        for (const { error, places } of errors) {
          note(part, { error, places: () => places().map((rest) => [...way, ...(rest ?? [])]) })
        }
        isAny = true
      }
      return isAny
    },
  }
}

const divided = (path: Path, depth: number, fragment: number | null): Located => ({
  fragment,
  at: path.slice(0, depth),
  rest: path.slice(depth),
})

const keyOf = ({ fragment, at }: PlaceKey): string => [fragment ?? '', ...at].join('\n')

function valueAt(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return value[Number(step)]
  return isJsonObject(value) ? value[step] : undefined
}
