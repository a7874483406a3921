const MAX_LENGTH = 80

/**
 * A name people go by, as it is stored: NFC, one line, blanks collapsed; 1–80 code points.
 * @returns null where nothing visible is left, it is too long, or it could reorder the text around
 *   it (bidirectional controls) or hide in it (zero-width and control characters)
 */
export function normalizeDisplayName(text: string): string | null {
  if (text.length > MAX_LENGTH * 4 || !text.isWellFormed()) return null
  const name = text.normalize('NFC').replace(/\s+/gu, ' ').trim()
  if (/[\p{Cc}\p{Cn}\p{Co}\p{Cs}]/u.test(name)) return null
  // Joiners shape Indic and Persian names and emoji; every other format character is a disguise.
  if (/\p{Cf}/u.test(name.replace(/[\u200c\u200d]/gu, ''))) return null
  const length = [...name].length
  return /[\p{L}\p{N}\p{S}\p{P}]/u.test(name) && length <= MAX_LENGTH ? name : null
}
