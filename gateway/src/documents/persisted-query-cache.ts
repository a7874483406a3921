import type { KnownDocuments } from './known-documents.ts'

/** What Apollo Server puts before a hash. */
const PREFIX = 'apq:'
const hashIn = (key: string): string => (key.startsWith(PREFIX) ? key.slice(PREFIX.length) : key)

/** Known documents as the cache that Apollo Server has automatic persisted queries in. */
export function persistedQueryCache(documents: KnownDocuments) {
  return {
    get: (key: string) => documents.get(hashIn(key)),
    set: (key: string, text: string) => documents.set(hashIn(key), text),
    delete: (key: string) => documents.delete(hashIn(key)),
  }
}
