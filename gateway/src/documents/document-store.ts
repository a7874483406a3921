/** The text of a GraphQL document and its SHA-256, in lower-case hex. */
export type HashedDocument = { readonly hash: string; readonly text: string }

/** A document that clients published, and which clients did. */
export type TrustedDocument = { readonly text: string; readonly clients: readonly string[] }

/** Documents that all gateways know. Methods throw where the store cannot be reached. */
export type DocumentStore = {
  /** A document that somebody registered by running it, unless it has been forgotten. */
  registered(hash: string): Promise<string | null>
  register(document: HashedDocument): Promise<void>
  trusted(hash: string): Promise<TrustedDocument | null>
  /** Adds documents to those that a client may run; those published before stay. */
  publish(client: string, documents: readonly HashedDocument[]): Promise<void>
  close(): Promise<void>
}

/** Registered documents that nobody asked for within this time are forgotten. */
export const FORGOTTEN_AFTER_DAYS = 30

/** Longer ones are not kept: their clients go on sending them. Characters. */
export const LONGEST_KEPT = 100_000
