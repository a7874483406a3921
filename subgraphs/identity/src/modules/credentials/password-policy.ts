import { isCommonPassword } from './common-passwords.ts'
import { estimateStrength } from './password-strength.ts'

export const PASSWORD_MIN_LENGTH = 8
export const PASSWORD_MAX_LENGTH = 1024

/** zxcvbn's scale goes from 0 to 4; 3 is "safely unguessable" (over 10^8 guesses). */
const REQUIRED_SCORE = 3

/** Parts of an address or name shorter than this turn up in good passwords by chance. */
const SHORTEST_CONTEXT_WORD = 4

export type PasswordProblem =
  | 'TOO_SHORT'
  | 'TOO_LONG'
  | 'MALFORMED'
  | 'COMMON'
  | 'PERSONAL'
  | 'GUESSABLE'

/** What the person and the platform are called, which a password should not consist of. */
export type PasswordContext = {
  readonly email?: string
  readonly displayName?: string
}

/**
 * What is wrong with a new password; null where nothing is. Length in code points of the NFC form,
 * the commonest list, context words (ASVS 6.2.11), then strength. No composition rules (6.2.5).
 */
export function findPasswordProblem(
  password: string,
  context: PasswordContext = {},
): PasswordProblem | null {
  return findShapeProblem(password) ?? findWeakness(password.normalize('NFC'), context)
}

/**
 * What keeps a text from being a password at all. Also asked before a password is compared, so
 * that a megabyte is refused before anything is computed of it.
 */
export function findShapeProblem(password: string): 'TOO_SHORT' | 'TOO_LONG' | 'MALFORMED' | null {
  // A code point takes at most two UTF-16 units and NFC may compose several: cheap bound first.
  if (password.length > PASSWORD_MAX_LENGTH * 4) return 'TOO_LONG'
  if (!password.isWellFormed()) return 'MALFORMED'
  const length = [...password.normalize('NFC')].length
  if (length > PASSWORD_MAX_LENGTH) return 'TOO_LONG'
  return length < PASSWORD_MIN_LENGTH ? 'TOO_SHORT' : null
}

function findWeakness(password: string, context: PasswordContext): PasswordProblem | null {
  if (isCommonPassword(password)) return 'COMMON'
  const words = contextWords(context)
  if (isMadeOf(password, words)) return 'PERSONAL'
  return estimateStrength(password, words) < REQUIRED_SCORE ? 'GUESSABLE' : null
}

/** `logicspike`, and what e-mail address and name consist of, in lower case. */
export function contextWords({ email = '', displayName = '' }: PasswordContext): string[] {
  const texts = [email, displayName].map((text) => text.toLowerCase())
  const parts = texts.flatMap((text) => text.split(/[^\p{L}\p{M}\p{N}]+/u))
  const joined = texts.map((text) => text.replace(/[^\p{L}\p{M}\p{N}]+/gu, ''))
  const words = ['logicspike', ...texts, ...joined, ...parts]
  return [...new Set(words)].filter((word) => [...word].length >= SHORTEST_CONTEXT_WORD)
}

/** Whether less than a minimal password remains once the words are taken out. */
function isMadeOf(password: string, words: readonly string[]): boolean {
  const longestFirst = words.toSorted((a, b) => b.length - a.length)
  const lower = password.toLowerCase()
  const rest = longestFirst.reduce((text, word) => text.replaceAll(word, ''), lower)
  return rest !== lower && [...rest].length < PASSWORD_MIN_LENGTH
}
