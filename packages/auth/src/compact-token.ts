import { ACCESS_TOKEN_ALGORITHM, ACCESS_TOKEN_TYP } from './access-token.ts'
import { tokenRefused } from './token-refused.ts'

/** Longer tokens are refused before they are hashed or decoded. */
export const MAX_TOKEN_LENGTH = 8192

const SEGMENT = /^[A-Za-z0-9_-]+$/
const KID = /^[A-Za-z0-9_-]{1,64}$/

/** `ignoreBOM` keeps the mark in the text, where JSON.parse refuses it. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Looks at a token before any key does: JWS compact serialisation only (RFC 7515 §7.1), and a
 * header of exactly `alg`, `kid` and `typ` with the values this platform issues. That leaves no
 * place for `jwk`, `jku`, `x5u`, `x5c`, `crit` or `b64` (RFC 8725 §3.1, §3.10, §3.11).
 * @param token of at most MAX_TOKEN_LENGTH characters
 * @returns the key id, a short text of letters, digits, - and _
 * @throws AppError UNAUTHENTICATED
 */
export function inspectCompactToken(token: string): { kid: string } {
  const [header, claims, signature, ...rest] = token.split('.')
  if (!header || !claims || !signature || rest.length > 0)
    throw tokenRefused('it is no compact JWS')
  decodeSegment(signature)
  canonicalJson(claims)
  return parseHeader(canonicalJson(header))
}

function parseHeader(header: unknown): { kid: string } {
  if (typeof header !== 'object' || header === null) throw tokenRefused('the header is no object')
  const { alg, typ, kid, ...others } = header as Readonly<Record<string, unknown>>

  if (Object.keys(others).length > 0) throw tokenRefused('the header has a foreign member')
  if (alg !== ACCESS_TOKEN_ALGORITHM) throw tokenRefused('alg is not RS256')
  if (typ !== ACCESS_TOKEN_TYP) throw tokenRefused('typ is not at+jwt')
  if (typeof kid !== 'string' || !KID.test(kid)) throw tokenRefused('kid is missing or malformed')
  return { kid }
}

/**
 * Parses a segment and demands that writing it again gives the same bytes. Our issuer writes with
 * JSON.stringify, so this costs honest tokens nothing, and refuses what two parsers could read
 * differently: members given twice (RFC 7519 §4 leaves that choice), 3e2 for 300, escaped names.
 */
function canonicalJson(segment: string): unknown {
  try {
    const text = utf8.decode(decodeSegment(segment))
    const value: unknown = JSON.parse(text)
    if (JSON.stringify(value) === text) return value
  } catch {
    throw tokenRefused('a segment is no JSON text')
  }
  throw tokenRefused('a segment is not in canonical form')
}

/** Base64url without padding, and without spare bits that a lenient decoder would drop. */
function decodeSegment(segment: string): Buffer {
  const bytes = Buffer.from(segment, 'base64url')
  if (SEGMENT.test(segment) && bytes.toString('base64url') === segment) return bytes
  throw tokenRefused('a segment is not base64url')
}
