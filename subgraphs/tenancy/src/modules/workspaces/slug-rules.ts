import { reservedSlugs } from './reserved-slugs.ts'

const SLUG_MIN = 3
const SLUG_MAX = 40
const SLUG_PATTERN = /^[a-z0-9]+(?:-[a-z0-9]+)*$/

/** How many random characters follow a handle that is made from a name. */
const SUFFIX_LENGTH = 6

/** A handle as it is stored and compared; people may type blanks around it, or capitals. */
export const normalizeSlug = (text: string): string => text.trim().toLowerCase()

/** What keeps a normalized text from being a handle, or null. Whether it is free is another matter. */
export function slugProblem(slug: string): string | null {
  if (slug.length < SLUG_MIN) return `A slug has at least ${SLUG_MIN} characters.`
  if (slug.length > SLUG_MAX) return `A slug has at most ${SLUG_MAX} characters.`
  if (!SLUG_PATTERN.test(slug)) {
    return 'A slug has lower-case letters a–z, digits, and single hyphens between them.'
  }
  // RFC 5890 §2.3.1: such labels are encodings of other alphabets, and would read as something else.
  if (slug.startsWith('xn--') || /^\d+$/.test(slug)) return 'A slug is not a number or an encoding.'
  return null
}

export const isReservedSlug = (slug: string): boolean => reservedSlugs.has(slug)

/**
 * A handle from a name: what is left of it in ASCII, and a random tail so that it is free and says
 * nothing about other workspaces' names.
 * @param random at least six characters of a–z and 0–9
 */
export function slugFromName(name: string, random: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_MAX - SUFFIX_LENGTH - 1)
    .replace(/^-+|-+$/g, '')
  return `${words === '' ? 'workspace' : words}-${random.slice(-SUFFIX_LENGTH)}`
}
