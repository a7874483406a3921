import type { Logger } from '@logicspike/telemetry'
import type { DocumentStore } from './document-store.ts'
import { postgresDocuments } from './postgres-documents.ts'
import { redisDocuments } from './redis-documents.ts'

/** PostgreSQL where there is one, which has room for documents; else Redis; else none. */
export function openDocumentStore(options: {
  databaseUrl?: string | undefined
  redisUrl?: string | undefined
  log: Logger
}): DocumentStore | null {
  const { databaseUrl, redisUrl, log } = options
  if (databaseUrl) return postgresDocuments({ url: databaseUrl, log })
  return redisUrl ? redisDocuments({ url: redisUrl, log }) : null
}
