import type { FetchDataRewrite } from '@apollo/query-planner'
import { getOwn, isJsonObject, type JsonObject, setOwn } from './json.ts'
import type { TypeConditions } from './type-conditions.ts'

const FRAGMENT = '... on '

/**
 * Changes that the planner asks for on representations before they are sent (a type's name set to
 * that of its `@interfaceObject`) and on answers before they are merged (keys that it had to alias).
 * `value` is changed in place.
 */
export function applyRewrites(
  rewrites: readonly FetchDataRewrite[],
  value: unknown,
  types: TypeConditions,
): void {
  for (const rewrite of rewrites) {
    const key = rewrite.path.at(-1)
    if (key === undefined) continue
    for (const object of objectsAt(value, rewrite.path.slice(0, -1), types)) {
      rewriteKey(rewrite, object, key)
    }
  }
}

function rewriteKey(rewrite: FetchDataRewrite, object: JsonObject, key: string): void {
  if (rewrite.kind === 'ValueSetter') {
    setOwn(object, key, rewrite.setValueTo)
    return
  }
  const value = getOwn(object, key)
  if (value === undefined) return
  delete object[key]
  setOwn(object, rewrite.renameKeyTo, value)
}

function objectsAt(value: unknown, path: readonly string[], types: TypeConditions): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap((item) => objectsAt(item, path, types))
  if (!isJsonObject(value)) return []
  const [step, ...rest] = path
  if (step === undefined) return [value]
  if (!step.startsWith(FRAGMENT)) return objectsAt(getOwn(value, step), rest, types)
  const typename = value.__typename
  // An object that does not say what it is was asked for under this condition alone.
  const isCovered =
    typeof typename !== 'string' || types.applies(step.slice(FRAGMENT.length), typename)
  return isCovered ? objectsAt(value, rest, types) : []
}
