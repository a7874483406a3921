import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** `bytes` random bytes as base64url; 32 bytes are 256 bits, 43 characters. */
export function randomToken(bytes = 32): string {
  return randomBytes(bytes).toString('base64url')
}

/**
 * SHA-256 in hex. Enough for random tokens of 128 bits and more, where there is nothing to guess;
 * passwords and other low-entropy secrets need Argon2id.
 */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Compares without telling by time where two texts differ, nor how long the expected one is. */
export function constantTimeEqual(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
