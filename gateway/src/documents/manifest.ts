import { createHash } from 'node:crypto'
import { parse } from 'graphql'
import { z } from 'zod'
import type { HashedDocument } from './document-store.ts'

/** `generate-persisted-query-manifest` of Apollo. */
const apolloManifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string(), body: z.string() })),
})

/** `persistedDocuments` of GraphQL Code Generator, and Relay's: hash → text. */
const plainManifest = z.record(z.string(), z.string())

/**
 * The documents of a client, from the manifest that its build wrote.
 * @throws Error where it is no manifest, or a document is not GraphQL or not of its hash
 */
export function readManifest(json: string): readonly HashedDocument[] {
  const value: unknown = JSON.parse(json)
  const apollo = apolloManifest.safeParse(value)
  const documents = apollo.success
    ? apollo.data.operations.map(({ id, body }) => ({ hash: id, text: body }))
    : Object.entries(plainManifest.parse(value)).map(([hash, text]) => ({ hash, text }))
  for (const document of documents) check(document)
  return documents
}

function check({ hash, text }: HashedDocument): void {
  parse(text, { noLocation: true })
  const actual = createHash('sha256').update(text).digest('hex')
  if (actual === hash) return
  throw new Error(`The document ${hash} has another SHA-256: ${actual}. Let its build use SHA-256.`)
}
