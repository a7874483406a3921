/** Longer ones are of no language that anybody has words in. */
const MAX_LENGTH = 35

/**
 * A language as it is stored: a well-formed tag of BCP 47 in its canonical spelling. Whether anybody
 * has words in it is not asked: a browser's language keeps nobody from signing up.
 * @returns null where it is none
 */
export function normalizeLocale(text: string): string | null {
  if (text.length > MAX_LENGTH) return null
  try {
    return Intl.getCanonicalLocales(text)[0] ?? null
  } catch {
    return null
  }
}
