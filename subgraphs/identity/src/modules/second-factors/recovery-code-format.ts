/** Crockford's base32: no i, l, o or u, so that handwriting is read back right. */
const SYMBOLS = '0123456789abcdefghjkmnpqrstvwxyz'
const SECRET_LENGTH = 11
const SHAPE = new RegExp(`^[0-9][${SYMBOLS}]{${SECRET_LENGTH}}$`)

/** Enough for years of lost phones, few enough to print. The position must stay one digit. */
export const RECOVERY_CODES = 10

/** A code taken apart: which of the ten it claims to be, and the part that proves it. */
export type RecoveryCodeParts = {
  /** 0–9. Not secret: it saves hashing a guess against all ten. */
  readonly position: number
  /** 11 symbols, 55 bits. */
  readonly secret: string
}

/** Bytes of randomness that one code takes. */
export const RECOVERY_CODE_BYTES = SECRET_LENGTH

/**
 * The parts of a new code.
 * @param bytes `RECOVERY_CODE_BYTES` random bytes; five bits of each are used
 */
export function recoveryCodeFrom(position: number, bytes: Uint8Array): RecoveryCodeParts {
  const symbols = [...bytes.subarray(0, SECRET_LENGTH)].map((byte) => SYMBOLS.charAt(byte & 31))
  return { position, secret: symbols.join('') }
}

/** As it is shown: `3k7q-2mx9-rtdb`. */
export function formatRecoveryCode({ position, secret }: RecoveryCodeParts): string {
  const symbols = `${position}${secret}`
  return [symbols.slice(0, 4), symbols.slice(4, 8), symbols.slice(8)].join('-')
}

/**
 * Reads what somebody typed: case, blanks and hyphens do not matter, and the letters that look like
 * digits are taken for them.
 * @returns null where it cannot be a code
 */
export function parseRecoveryCode(text: string): RecoveryCodeParts | null {
  if (text.length > 64) return null
  const symbols = text
    .toLowerCase()
    .replace(/[\s-]/g, '')
    .replaceAll('o', '0')
    .replace(/[il]/g, '1')
  if (!SHAPE.test(symbols)) return null
  return { position: Number(symbols.charAt(0)), secret: symbols.slice(1) }
}
