import type { DocumentNode } from 'graphql'
import { LRUCache } from 'lru-cache'

const MOST_REMEMBERED = 2_000

/**
 * Documents that Apollo Server has validated, by their hash, for what no known operation answers.
 * Its own store holds 30 MB by their length as JSON, which is several times as much in memory.
 */
export function createParsedDocuments() {
  const documents = new LRUCache<string, DocumentNode>({ max: MOST_REMEMBERED })
  return {
    get: async (key: string) => documents.get(key),
    async set(key: string, document: DocumentNode) {
      documents.set(key, document)
    },
    async delete(key: string) {
      documents.delete(key)
    },
  }
}
