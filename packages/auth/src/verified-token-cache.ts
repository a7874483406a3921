import { hash } from 'node:crypto'

/**
 * Remembers what was found out about a token, least recently used out first. Entries are found by
 * SHA-256 of the token, so that a heap dump shows no credential.
 */
export type VerifiedTokenCache<Value> = {
  keyOf(token: string): string
  get(key: string): Value | undefined
  set(key: string, value: Value): void
  delete(key: string): void
  readonly size: number
}

/** @param capacity the most entries ever held; 0 remembers nothing */
export function createVerifiedTokenCache<Value>(capacity: number): VerifiedTokenCache<Value> {
  const entries = new Map<string, Value>()
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
      if (entries.size <= capacity) return
      const oldest = entries.keys().next()
      if (!oldest.done) entries.delete(oldest.value)
    },
    delete: (key) => void entries.delete(key),
    get size() {
      return entries.size
    },
  }
}
