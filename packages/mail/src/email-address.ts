import { domainToASCII } from 'node:url'

/** An address as it is stored and compared; made only by `normalizeEmail`. */
export type EmailAddress = string & { readonly __brand: 'EmailAddress' }

/** RFC 5321 §4.5.3.1: 64 octets before the `@`, 255 after it, 254 in a path as a whole. */
const MAX_LENGTH = 254
const MAX_LOCAL_LENGTH = 64

/**
 * Dot-atoms of RFC 5322 §3.2.3, and letters of RFC 6531. Quoted local parts are refused: nobody
 * has one, and blanks, quotes and commas are what header injection is made of.
 */
const LOCAL_PART =
  /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u
const DOMAIN =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/

/**
 * The one spelling of an address: trimmed, NFC, lower case, the domain in ASCII (IDNA).
 *
 * RFC 5321 §2.4 lets the part before the `@` depend on case; no provider in use does so, and two
 * accounts that differ in case only would be a trap, so it is lowered as well. Dots and `+tags` are
 * kept: what they mean differs from provider to provider.
 * @returns null where the text is no address we could safely put into a mail header
 */
export function normalizeEmail(text: string): EmailAddress | null {
  if (text.length > MAX_LENGTH * 2) return null
  const address = text.trim().normalize('NFC').toLowerCase()
  const at = address.lastIndexOf('@')
  if (at < 1) return null
  const local = address.slice(0, at)
  const domain = domainToASCII(address.slice(at + 1))
  if (!LOCAL_PART.test(local) || Buffer.byteLength(local) > MAX_LOCAL_LENGTH) return null
  if (!DOMAIN.test(domain)) return null
  const normalized = `${local}@${domain}`
  return Buffer.byteLength(normalized) <= MAX_LENGTH ? (normalized as EmailAddress) : null
}
