type TracedError = { readonly path?: unknown }

/**
 * The places of a response at which a null stands because of an error. An error whose null went up
 * to a parent accounts for that parent; which of several errors below one null are told depends on
 * the order of work (GraphQL §6.4.4), so each null counts once.
 */
export function explainedNulls(data: unknown, errors: readonly TracedError[]): string[] {
  const places = errors.map(({ path }) => nullAt(data, Array.isArray(path) ? path : []))
  return [...new Set(places)].sort()
}

function nullAt(data: unknown, path: readonly (string | number)[]): string {
  let value = data
  for (const [depth, step] of path.entries()) {
    if (value === null || value === undefined) return path.slice(0, depth).join('.')
    value = (value as Record<string | number, unknown>)[step]
  }
  return `${path.join('.')}${value === null ? '' : ' (not null)'}`
}
