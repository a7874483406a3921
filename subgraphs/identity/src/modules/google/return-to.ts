const MAX_LENGTH = 2000

/**
 * A place of the console to go to after signing in, as path, query and fragment. Only what begins
 * with one slash and is still at the console once a browser has made sense of it: browsers read a
 * backslash as a slash, drop tabs and line ends, and take `//host` for another place.
 * @returns null where it is anything else
 */
export function parseReturnTo(text: string, consoleUrl: string): string | null {
  if (text.length > MAX_LENGTH || !/^\/(?![/\\])/.test(text)) return null
  if (/[\\\p{C}]/u.test(text)) return null
  const base = new URL(consoleUrl)
  const url = URL.parse(text, base.href)
  if (url?.origin !== base.origin || url.pathname.startsWith('//')) return null
  return url.pathname + url.search + url.hash
}
