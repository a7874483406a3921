import { hash } from 'node:crypto'

/**
 * Remembers what was found out about a token, up to a number of tokens; the least recently used is
 * forgotten first. Entries are found by SHA-256 of the token, so that a heap dump shows no
 * credential.
 */
export type VerifiedTokenCache<Value> = {
  keyOf(token: string): string
  get(key: string): Value | undefined
  /** Also forgets what has expired among the least recently used. */
  set(key: string, value: Value): void
  delete(key: string): void
  readonly size: number
}

/**
 * @param options.capacity the most entries ever held; 0 remembers nothing
 * @param options.isExpired whether a value is of no further use
 */
export function createVerifiedTokenCache<Value>(options: {
  capacity: number
  isExpired: (value: Value) => boolean
}): VerifiedTokenCache<Value> {
  const { capacity, isExpired } = options
  /** Least recently used first: a Map iterates in the order of insertion. */
  const entries = new Map<string, Value>()

  function makeRoom(): void {
    for (const [key, value] of entries) {
      if (entries.size <= capacity && !isExpired(value)) return
      entries.delete(key)
    }
  }

  return {
    keyOf: (token) => hash('sha256', token, 'base64'),
    get(key) {
      const value = entries.get(key)
      if (value === undefined) return undefined
      entries.delete(key)
      entries.set(key, value)
      return value
    },
    set(key, value) {
      entries.delete(key)
      entries.set(key, value)
      makeRoom()
    },
    delete: (key) => void entries.delete(key),
    get size() {
      return entries.size
    },
  }
}
