import { type DocumentNode, parse } from 'graphql'
import { LRUCache } from 'lru-cache'
import { checkOperationLimits, type OperationLimits, tooCostly } from '../operation-limits.ts'

/** Texts known to be within the limits, in characters of all of them together. */
const MOST_KNOWN = 4_000_000
/** What even the shortest counts for: what is kept beside it takes some hundred bytes. */
const LEAST_SIZE = 200

/** @param variables as values, or as the JSON text of a GET request */
export type CheckLimits = (query: unknown, variables: unknown) => void

/**
 * Checks the text of a document before Apollo Server validates it, and before anybody is asked who
 * the caller is. A text that does not parse is left for Apollo Server to complain about.
 * @returns a check that throws AppError OPERATION_TOO_COSTLY or BAD_REQUEST
 */
export function useOperationLimits(limits: OperationLimits): CheckLimits {
  const withinLimits = new LRUCache<string, true>({ maxSize: MOST_KNOWN })
  return (query, variables) => {
    checkVariables(variables, limits.variableBytes)
    if (typeof query !== 'string' || withinLimits.has(query)) return
    const document = parsed(query, limits.tokens)
    if (!document) return
    checkOperationLimits(document, limits)
    withinLimits.set(query, true, { size: LEAST_SIZE + query.length })
  }
}

function checkVariables(variables: unknown, maxBytes: number): void {
  if (variables === undefined || variables === null) return
  const text = typeof variables === 'string' ? variables : JSON.stringify(variables)
  if (Buffer.byteLength(text) > maxBytes) throw tooCostly('variableBytes', maxBytes)
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
