import { isObject } from '../subgraph-links/read-subgraph-body.ts'

const DOCUMENT_ID = /^sha256:([0-9a-f]{64})$/

/**
 * `documentId`, as the persisted documents of GraphQL over HTTP (appendix A) call a document, for
 * the `persistedQuery` extension by which Apollo Server knows one. Other parameters stay as they are.
 */
export function withDocumentId(body: unknown): unknown {
  if (!isObject(body) || body.query !== undefined) return body
  const hash = hashIn(body.documentId)
  if (hash === null) return body
  const extensions = isObject(body.extensions) ? body.extensions : {}
  return { ...body, extensions: { ...extensions, persistedQuery: persistedQuery(hash) } }
}

/** @param search of a GET request's URL, with its question mark */
export function withDocumentIdInSearch(search: string): string {
  if (!search.includes('documentId=')) return search
  const parameters = new URLSearchParams(search)
  const hash = hashIn(parameters.get('documentId'))
  if (hash === null || parameters.has('query') || parameters.has('extensions')) return search
  parameters.set('extensions', JSON.stringify({ persistedQuery: persistedQuery(hash) }))
  return `?${parameters}`
}

const hashIn = (documentId: unknown): string | null =>
  (typeof documentId === 'string' && DOCUMENT_ID.exec(documentId)?.[1]) || null

const persistedQuery = (sha256Hash: string) => ({ version: 1, sha256Hash })
