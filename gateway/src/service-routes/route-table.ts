import type { Access, MethodRules } from './service-definition.ts'

export type ServiceRoute = { readonly pattern: string; readonly access: Access }

export type RouteTable = {
  /**
   * @param path after the service's prefix, of the grammar of request-target.ts
   * @returns null for what is not passed on
   */
  match(method: string, path: string): ServiceRoute | null
}

type Compiled = {
  readonly pattern: string
  readonly segments: readonly string[]
  readonly rules: MethodRules
}

const SEGMENT = '(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*|:[A-Za-z][A-Za-z0-9]*)'
const PATTERN = new RegExp(`^(?:/|(?:/${SEGMENT})+|(?:/${SEGMENT})*/\\*)$`)

/** `/`, `/posts`, `/posts/:id`, `/posts/*` (and `/posts` itself), `/*` for everything. */
export const isRoutePattern = (text: string): boolean => PATTERN.test(text)

/**
 * The most specific pattern that covers a path decides, in whatever order they are written: a word
 * goes before a `:name`, that before `*`. A method it does not name is not allowed, even where a less
 * specific one would.
 *
 * Patterns are compared without regard to case, since many servers route so, and must then be the
 * same letter by letter: `/ADMIN` is neither what `/admin` guards nor something else.
 */
export function createRouteTable(routes: Readonly<Record<string, MethodRules>>): RouteTable {
  const compiled = Object.entries(routes)
    .map(([pattern, rules]): Compiled => ({ pattern, segments: segmentsOf(pattern), rules }))
    .sort((one, other) => compareSpecificity(one.segments, other.segments))
  return {
    match(method, path) {
      const asked = segmentsOf(path)
      const found = compiled.find(({ segments }) => covers(segments, asked))
      if (!found || !isSameCase(found.segments, asked)) return null
      const access = accessFor(method, found.rules)
      return access === undefined ? null : { pattern: found.pattern, access }
    },
  }
}

/** A slash at the end is no segment: servers differ on whether it matters, permissions must not. */
function segmentsOf(path: string): string[] {
  const segments = path.split('/').slice(1)
  if (segments.at(-1) === '') segments.pop()
  return segments
}

function covers(pattern: readonly string[], asked: readonly string[]): boolean {
  const isOpen = pattern.at(-1) === '*'
  const fixed = isOpen ? pattern.slice(0, -1) : pattern
  if (isOpen ? asked.length < fixed.length : asked.length !== fixed.length) return false
  return fixed.every(
    (segment, at) => segment.startsWith(':') || segment.toLowerCase() === asked[at]?.toLowerCase(),
  )
}

const isSameCase = (pattern: readonly string[], asked: readonly string[]): boolean =>
  pattern.every((segment, at) => rankOf(segment) !== WORD || segment === asked[at])

/** HEAD is GET without a body (RFC 9110 §9.3.2). */
function accessFor(method: string, rules: MethodRules): Access | undefined {
  const ruled = new Map<string, Access | undefined>(Object.entries(rules))
  return ruled.get(method) ?? (method === 'HEAD' ? ruled.get('GET') : undefined) ?? ruled.get('*')
}

const WORD = 3

/** Of a segment, or of the end of a pattern. */
function rankOf(segment: string | undefined): number {
  if (segment === undefined) return 1
  if (segment === '*') return 0
  return segment.startsWith(':') ? 2 : WORD
}

function compareSpecificity(one: readonly string[], other: readonly string[]): number {
  for (let at = 0; at <= Math.max(one.length, other.length); at += 1) {
    const difference = rankOf(other[at]) - rankOf(one[at])
    if (difference !== 0) return difference
  }
  return 0
}
