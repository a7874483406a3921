/** Crockford's alphabet in lower case, as the TypeID specification asks. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const VALUES = new Map([...ALPHABET].map((symbol, value) => [symbol, value]))

/** 26 symbols carry 130 bits; a UUID has 128, so the first symbol may not exceed 7. */
export const SUFFIX_PATTERN = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/

/** 16 bytes → 26 symbols, most significant first, so that text order is byte order. */
export function encodeBase32(bytes: Uint8Array): string {
  // Two bits of nothing come first, since 26 symbols carry as much more than 16 bytes.
  let pending = 0
  let bits = 2
  let text = ''
  for (const byte of bytes) {
    pending = (pending << 8) | byte
    bits += 8
    for (; bits >= 5; bits -= 5) text += ALPHABET.charAt((pending >> (bits - 5)) & 31)
    pending &= (1 << bits) - 1
  }
  return text
}

/** 26 symbols → 16 bytes, or null where the text is not a suffix. */
export function decodeBase32(text: string): Uint8Array | null {
  if (!SUFFIX_PATTERN.test(text)) return null
  let rest = [...text].reduce((sum, symbol) => (sum << 5n) | BigInt(VALUES.get(symbol) ?? 0), 0n)
  const bytes = new Uint8Array(16)
  for (let place = 15; place >= 0; place--) {
    bytes[place] = Number(rest & 255n)
    rest >>= 8n
  }
  return bytes
}
