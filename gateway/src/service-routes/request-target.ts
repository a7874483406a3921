import { badRequest } from '@logicspike/errors'

export type RequestTarget = {
  readonly path: string
  /** With its question mark; empty where there is none. */
  readonly search: string
}

/** Longer ones are nobody's address. Characters. */
const MOST = 8_192

/**
 * Octets that may stand in percent-encoding: those of other scripts and of signs that cannot stand in
 * a path as they are. Not the unreserved ones, which mean the same unencoded (RFC 3986 §2.3), nor any
 * that one server reads as a part of the name and the next as the path's structure: controls and NUL,
 * `/`, `\`, `.`, `;`, `%`, `?`, `#`.
 */
const ENCODED = '%(?:2[0-246-9A-Ca-c]|3[AC-Eac-e]|40|5[BDEbde]|60|7[B-Db-d]|[89A-Fa-f][0-9A-Fa-f])'
const CHARACTER = `(?:[A-Za-z0-9_~!$&'()*+,=:@-]|${ENCODED})`
/** No dot at either end: dot segments, hidden files, and names that some file systems shorten. */
const SEGMENT = `${CHARACTER}+(?:\\.+${CHARACTER}+)*`
const PATH = new RegExp(`^(?:/${SEGMENT})+/?$`)
/** A space at an end is dropped by the same file systems. */
const SPACE_AT_END = /%20(?:\/|$)/
/** Everything visible but `#`, which no client sends. */
const SEARCH = /^\?[!-"$-~]*$/

/**
 * A request target (RFC 9112 §3.2) by one strict grammar, so that whatever is decided on its path
 * holds for what an upstream makes of the same bytes. What two servers might read differently is
 * refused, not repaired.
 * @throws AppError BAD_REQUEST
 */
export function parseRequestTarget(raw: string): RequestTarget {
  const at = raw.indexOf('?')
  const path = at === -1 ? raw : raw.slice(0, at)
  const search = at === -1 ? '' : raw.slice(at)
  const isPlain = raw.length <= MOST && PATH.test(path) && !SPACE_AT_END.test(path)
  if (!isPlain || !isUtf8(path) || (search !== '' && !SEARCH.test(search))) {
    throw badRequest('The address is malformed or could be read in more than one way.')
  }
  return { path, search }
}

/** Overlong forms and halves of characters are another way to write a slash. */
function isUtf8(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
