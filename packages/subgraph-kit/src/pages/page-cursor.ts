/**
 * Opaque positions in a list. A cursor says which list of which workspace it belongs to, so that
 * one of another list is refused instead of leading somewhere.
 */
const VERSION = 1

/** @param scope the list, such as `members`, and whose it is, such as a workspace id */
export function encodeCursor(scope: readonly [list: string, owner: string], id: string): string {
  return Buffer.from(JSON.stringify([VERSION, ...scope, id])).toString('base64url')
}

/** The id behind a cursor, or null where it is malformed, of another version, list or owner. */
export function decodeCursor(
  scope: readonly [list: string, owner: string],
  cursor: string,
): string | null {
  const parts = parse(cursor)
  if (!Array.isArray(parts) || parts.length !== 4) return null
  const [version, list, owner, id] = parts
  const fits = version === VERSION && list === scope[0] && owner === scope[1]
  return fits && typeof id === 'string' ? id : null
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    return null
  }
}
