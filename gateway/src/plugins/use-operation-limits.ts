import { type DocumentNode, parse } from 'graphql'
import { LRUCache } from 'lru-cache'
import { checkOperationLimits, type OperationLimits, tooCostly } from '../operation-limits.ts'

/** Texts known to be within the limits, in characters of all of them together. */
const MOST_KNOWN = 4_000_000

/**
 * Checks the text of a document before Apollo Server validates it, and before anybody is asked who
 * the caller is. A text that does not parse is left for Apollo Server to complain about.
 * @returns a check that throws AppError OPERATION_TOO_COSTLY or BAD_REQUEST
 */
export function useOperationLimits(limits: OperationLimits): (query: unknown) => void {
  const withinLimits = new LRUCache<string, true>({ maxSize: MOST_KNOWN })
  return (query) => {
    if (typeof query !== 'string' || withinLimits.has(query)) return
    const document = parsed(query, limits.tokens)
    if (!document) return
    checkOperationLimits(document, limits)
    withinLimits.set(query, true, { size: query.length })
  }
}

function parsed(query: string, maxTokens: number): DocumentNode | null {
  try {
    return parse(query, { maxTokens, noLocation: true })
  } catch (error) {
    // graphql-js tells this limit as a syntax error, by its words only.
    if (String(error).includes('tokens. Parsing aborted')) throw tooCostly('tokens', maxTokens)
    return null
  }
}
