import { isPermission } from './permission.ts'

/**
 * Permissions in the order of a token's `scope`: by code unit, each once. Every party gets the same
 * text for the same set, so scopes can be compared, cached and shown as diffs.
 * @throws TypeError where one is not of the form of a permission
 */
export function sortScopes(permissions: Iterable<string>): string[] {
  const unique = [...new Set(permissions)]
  const stranger = unique.find((text) => !isPermission(text))
  if (stranger !== undefined) throw new TypeError(`"${stranger}" is no permission.`)
  return unique.sort()
}

/** The `scope` of a token for these permissions; empty for none. @throws TypeError as sortScopes */
export function serialiseScope(permissions: Iterable<string>): string {
  return sortScopes(permissions).join(' ')
}

/**
 * The permissions of a `scope`, or null where it is not exactly what serialiseScope writes: a look-
 * alike, a second space, another order or a repetition. Strict, because our issuer is the only one.
 */
export function parseScope(scope: unknown): ReadonlySet<string> | null {
  if (typeof scope !== 'string') return null
  if (scope === '') return new Set()
  const permissions = scope.split(' ')
  const inOrder = permissions.every(
    (text, index) => isPermission(text) && (index === 0 || (permissions[index - 1] ?? '') < text),
  )
  return inOrder ? new Set(permissions) : null
}

/** Whether every one of `inner` is in `outer`; the empty set is a subset of any. */
export function isSubset(inner: Iterable<string>, outer: Iterable<string>): boolean {
  const held = outer instanceof Set ? outer : new Set(outer)
  for (const permission of inner) if (!held.has(permission)) return false
  return true
}
