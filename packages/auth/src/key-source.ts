import type { CryptoKey } from 'jose'
import { importTrustedKeys, type TrustedKey } from './jwks.ts'
import { type AuthLog, type Clock, epochSeconds } from './seams.ts'

export type KeySource = {
  /** Fetches the keys now, so that the first request need not wait. @throws where it fails */
  load(): Promise<void>
  /**
   * The verification key of that id, or null where the issuer has no such key in use.
   * A key that is still in a newer set keeps its identity (===).
   * @throws where no key set can be had, or only one that is too old
   */
  getKey(kid: string): Promise<CryptoKey | null>
  /** When the keys in use were fetched; null before the first time. */
  readonly fetchedAt: Date | null
}

export type KeySourceOptions = {
  /** Gets the JWKS document of the one issuer; the address is configured, never read from a token. */
  fetchJwks: () => Promise<unknown>
  clock: Clock
  /** How long a set is taken as current. */
  maxAgeSeconds?: number
  /** Shortest time between two fetches, whatever asks for them. */
  cooldownSeconds?: number
  /** How long beyond its age a set may still serve while fetching fails (RFC 5861 §4). */
  staleIfErrorSeconds?: number
  log?: AuthLog
}

/**
 * The issuer's public keys, kept fresh. A set past its age is fetched anew before it is used, so a
 * key taken out of the set is dead after `maxAgeSeconds` at the latest; while that fails, the old
 * set serves on: an outage of the issuer must not sign everybody out. An unknown kid causes a fetch
 * too, since it may be a key rotated in; the cool-down bounds what random kids can cause.
 */
export function createKeySource(options: KeySourceOptions): KeySource {
  const { clock, log, maxAgeSeconds = 600, cooldownSeconds = 30 } = options
  const usableSeconds = maxAgeSeconds + (options.staleIfErrorSeconds ?? 86_400)
  let keys: ReadonlyMap<string, TrustedKey> = new Map()
  let fetchedAt: number | null = null
  let attemptedAt = Number.NEGATIVE_INFINITY
  let fetching: Promise<void> | null = null
  let failure: unknown = null

  async function fetchKeys(): Promise<void> {
    attemptedAt = epochSeconds(clock)
    try {
      keys = await importTrustedKeys(await options.fetchJwks(), keys, log)
      fetchedAt = epochSeconds(clock)
      failure = null
    } catch (error) {
      failure = error
      log?.warn({ err: error, fetchedAt }, 'signing keys could not be fetched; the last set stays')
      throw error
    }
  }

  function fetchOnce(): Promise<void> {
    fetching ??= fetchKeys().finally(() => {
      fetching = null
    })
    return fetching
  }

  /** Joins a fetch under way, or begins one unless the cool-down forbids it. Never throws. */
  async function refresh(): Promise<void> {
    if (fetching === null && epochSeconds(clock) - attemptedAt < cooldownSeconds) return
    await fetchOnce().catch(() => undefined)
  }

  const age = () =>
    fetchedAt === null ? Number.POSITIVE_INFINITY : epochSeconds(clock) - fetchedAt

  function find(kid: string): CryptoKey | null {
    const found = keys.get(kid)
    const now = epochSeconds(clock)
    return found && found.notBefore <= now && now < found.notAfter ? found.key : null
  }

  return {
    load: fetchOnce,
    async getKey(kid) {
      if (age() > maxAgeSeconds) await refresh()
      if (age() <= usableSeconds) {
        const known = find(kid)
        if (known) return known
        await refresh()
      }
      if (age() > usableSeconds) {
        throw new Error('no usable set of signing keys', { cause: failure })
      }
      return find(kid)
    },
    get fetchedAt() {
      return fetchedAt === null ? null : new Date(fetchedAt * 1000)
    },
  }
}
