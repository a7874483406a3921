import { randomBytes } from 'node:crypto'
import { AppError } from '@logicspike/errors'
import { hash, type Options, parseOptions, verify } from '@node-rs/argon2'
import pLimit from 'p-limit'

export type HashParameters = {
  /** KiB of memory. */
  readonly memoryCost: number
  /** Passes over the memory. */
  readonly timeCost: number
  readonly parallelism: number
}

/** OWASP Password Storage Cheat Sheet, the first of its equivalent Argon2id settings. */
export const HASH_PARAMETERS: HashParameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** The library's `Algorithm.Argon2id`; its enum is ambient, so no value survives type stripping. */
const ARGON2ID = 2
const SALT_BYTES = 16
const HASH_BYTES = 32

export type PasswordHasher = {
  /** A PHC string of the password, salted anew. */
  hash(password: string): Promise<string>
  /**
   * Compares a password with what is stored, at the price of one hash whether there is something
   * stored or not: null (no such account, no password) is compared with a hash that nothing fits.
   * `outdated` tells that a right password should be hashed again with today's parameters.
   */
  verify(
    password: string,
    stored: string | null,
  ): Promise<{ readonly matches: boolean; readonly outdated: boolean }>
}

type Settings = {
  readonly parameters?: HashParameters
  /** Hashes at a time; each takes `memoryCost` and one thread of libuv's four. */
  readonly concurrency?: number
  /** How many may wait for their turn before more are turned away. */
  readonly maxWaiting?: number
}

/**
 * Argon2id (RFC 9106) with bounded memory: `concurrency` hashes run, `maxWaiting` wait, and what
 * comes on top is refused at once rather than left to time out.
 *
 * `hash` and `verify` throw AppError SERVICE_UNAVAILABLE when the queue is full.
 */
export function createPasswordHasher(settings: Settings = {}): PasswordHasher {
  const { parameters = HASH_PARAMETERS, concurrency = 2, maxWaiting = 64 } = settings
  const options: Options = { ...parameters, algorithm: ARGON2ID, outputLen: HASH_BYTES }
  const nobody = hashThatNothingFits(parameters)
  const turn = pLimit(concurrency)

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (turn.pendingCount >= maxWaiting) throw overloaded()
    return turn(work)
  }

  return {
    hash: async (password) => inTurn(() => hash(canonical(password), options)),
    verify: async (password, stored) => {
      const matches = await inTurn(() => verify(stored ?? nobody, canonical(password)))
      // Nothing fits `nobody`; the null is asked again so that this needs no belief in luck.
      if (!matches || stored === null) return { matches: false, outdated: false }
      return { matches: true, outdated: !isMadeWith(parameters, stored) }
    },
  }
}

/**
 * NFC, as the OpaqueString profile asks (RFC 8265 §4.2.2): keyboards differ in whether é is one
 * code point or two, and nobody sees which. NFKC would merge what does look different. Apart from
 * that a password is taken as it is: blanks, case and length stay (ASVS 6.2.8).
 */
function canonical(password: string): string {
  return password.normalize('NFC')
}

function isMadeWith(parameters: HashParameters, stored: string): boolean {
  const used = parseOptions(stored)
  return (
    Number(used.algorithm) === ARGON2ID &&
    used.memoryCost === parameters.memoryCost &&
    used.timeCost === parameters.timeCost &&
    used.parallelism === parameters.parallelism
  )
}

/** A well-formed PHC string whose digest is random: finding a password for it is a preimage. */
function hashThatNothingFits({ memoryCost, timeCost, parallelism }: HashParameters): string {
  const part = (bytes: number) => randomBytes(bytes).toString('base64').replace(/=+$/, '')
  const cost = `m=${memoryCost},t=${timeCost},p=${parallelism}`
  return `$argon2id$v=19$${cost}$${part(SALT_BYTES)}$${part(HASH_BYTES)}`
}

function overloaded(): AppError {
  return new AppError('SERVICE_UNAVAILABLE', 'Too many sign-ins at once. Try again shortly.', {
    extensions: { retryAfterSeconds: 1 },
  })
}
