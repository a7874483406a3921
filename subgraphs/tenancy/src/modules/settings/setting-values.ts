/**
 * What a setting may be. Each function takes what somebody wrote and gives the one spelling that is
 * kept, or null. All are pure; what they let through is safe in HTML attributes and in CSS.
 */

const NAME_MAX = 80
const LOGO_URL_MAX = 2_048
const LOCALE_MAX = 35

/**
 * Invisible characters hide or reorder what people read; angle brackets have no place in a name.
 */
const UNFIT_FOR_NAME = /[\p{Cc}\p{Cf}<>]/u

/** The name that the workspace shows to its users: trimmed, single blanks, 1 to 80 characters. */
export function parseBrandName(text: string): string | null {
  if (UNFIT_FOR_NAME.test(text)) return null
  const name = text.normalize('NFC').trim().replace(/\s+/g, ' ')
  return name !== '' && [...name].length <= NAME_MAX ? name : null
}

/** A public host: at least two labels, the last one no number, so that no address passes for one. */
const PUBLIC_HOST = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/

/** What a URL keeps as it is and CSS would take for the end of `url(…)`. */
const CSS_MARKS: Readonly<Record<string, string>> = { "'": '%27', '(': '%28', ')': '%29' }

/**
 * A logo's address: `https` at a public host on the usual port, no user or password, up to 2048
 * characters. Only absolute addresses pass, so neither `data:` nor `javascript:` does, and a blank or
 * control character anywhere is refused rather than repaired (WHATWG URL strips some of them).
 */
export function parseLogoUrl(text: string): string | null {
  if (text.length > LOGO_URL_MAX || !/^https:\/\//i.test(text) || /[\s\p{C}\\]/u.test(text))
    return null
  const url = URL.parse(text)
  if (url?.protocol !== 'https:' || !PUBLIC_HOST.test(url.hostname)) return null
  if (url.username !== '' || url.password !== '' || url.port !== '') return null
  url.hash = ''
  const href = url.href.replace(/['()]/g, (mark) => CSS_MARKS[mark] ?? mark)
  return href.length <= LOGO_URL_MAX ? href : null
}

/** `#rrggbb`, kept in lower case. No names, functions or transparency. */
export const parseColor = (text: string): string | null =>
  /^#[0-9a-f]{6}$/i.test(text) ? text.toLowerCase() : null

/**
 * Area and places, or `UTC`. `Intl` also takes offsets, abbreviations and any case; those are refused,
 * as other programs that read the setting do not know them.
 */
const ZONE_NAME = /^(?:UTC|[A-Z][a-z]+(?:\/[A-Z][A-Za-z_-]*[a-z])+)$/

/**
 * A time zone of the IANA database. Kept as written: `Intl` would turn today's names into those that
 * its own tables began with (`Asia/Kolkata` into `Asia/Calcutta`).
 */
export function parseTimezone(text: string): string | null {
  if (!ZONE_NAME.test(text)) return null
  try {
    new Intl.DateTimeFormat('en', { timeZone: text })
    return text
  } catch {
    return null
  }
}

/** A language tag (BCP 47) in its canonical spelling, of a language that dates can be written in. */
export function parseLocale(text: string): string | null {
  if (text.length > LOCALE_MAX) return null
  try {
    const [tag] = Intl.getCanonicalLocales(text)
    return tag && Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0 ? tag : null
  } catch {
    return null
  }
}

const weekStarts: readonly string[] = ['MONDAY', 'SATURDAY', 'SUNDAY']
const dateFormats: readonly string[] = [
  ...['YYYY-MM-DD', 'DD/MM/YYYY', 'MM/DD/YYYY', 'DD.MM.YYYY', 'DD-MM-YYYY', 'D MMM YYYY'],
]

/** The day a calendar's rows begin with. */
export const parseWeekStart = (text: string): string | null =>
  weekStarts.includes(text) ? text : null

/** How a date is written in short. */
export const parseDateFormat = (text: string): string | null =>
  dateFormats.includes(text) ? text : null
