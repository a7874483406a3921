import { upstreamUnavailable } from '@logicspike/errors'
import type { Logger } from '@logicspike/telemetry'
import { LRUCache } from 'lru-cache'
import { type GatewayMetrics, noMetrics } from '../metrics/gateway-metrics.ts'
import { type DocumentStore, LONGEST_KEPT, type TrustedDocument } from './document-store.ts'

/** Documents by hash, as far as this gateway and its store know them. */
export type KnownDocuments = {
  /** The text, of whichever kind; undefined where it must be sent along. */
  get(hash: string): Promise<string | undefined>
  /** Remembers what somebody ran, for all gateways. The hash has been checked. */
  set(hash: string, text: string): Promise<void>
  delete(hash: string): Promise<boolean>
  /**
   * Whether a client published the document.
   * @throws AppError UPSTREAM_UNAVAILABLE where that cannot be found out
   */
  isTrusted(client: string, hash: string): Promise<boolean>
  /** Whether this gateway remembers it as published by any client. */
  isPublished(hash: string): boolean
  /** Whether the store did not answer when it was last asked. */
  readonly isStoreDown: boolean
  close(): Promise<void>
}

/** Characters of all documents kept in memory together. */
const MOST_KEPT = 8_000_000
/** What even the shortest counts for: its hash and what else is kept with it. */
const LEAST_SIZE = 200
const SHA_256 = /^[0-9a-f]{64}$/

/**
 * Documents of automatic persisted queries and of clients that publish theirs. What is not in
 * memory is looked up in the store; without a store, or while it cannot be reached, clients are
 * asked to send registered documents again, which all of them know how to do.
 */
export function createKnownDocuments(options: {
  store: DocumentStore | null
  log: Logger
  metrics?: Pick<GatewayMetrics, 'documentAsked'>
}): KnownDocuments {
  const { store, log, metrics = noMetrics } = options
  const registered = new LRUCache<string, string>({ maxSize: MOST_KEPT })
  const trusted = new LRUCache<string, TrustedDocument>({ maxSize: MOST_KEPT })

  let isStoreDown = false

  /** Notes whether the store answers. */
  async function asked<Value>(answer: Promise<Value> | undefined): Promise<Value | undefined> {
    try {
      const value = await answer
      isStoreDown = false
      return value
    } catch (error) {
      isStoreDown = true
      throw error
    }
  }

  async function findTrusted(hash: string): Promise<TrustedDocument | null> {
    const found = (await asked(store?.trusted(hash))) ?? null
    if (found) trusted.set(hash, found, { size: LEAST_SIZE + found.text.length })
    return found
  }

  async function find(hash: string): Promise<string | undefined> {
    const published = await findTrusted(hash)
    if (published) return published.text
    const text = (await asked(store?.registered(hash))) ?? undefined
    if (text !== undefined) registered.set(hash, text, { size: LEAST_SIZE + text.length })
    return text
  }

  return {
    async get(hash) {
      if (!SHA_256.test(hash)) return undefined
      const known = trusted.get(hash)?.text ?? registered.get(hash)
      if (known !== undefined) {
        metrics.documentAsked('memory')
        return known
      }
      try {
        const text = await find(hash)
        metrics.documentAsked(text === undefined ? 'nowhere' : 'store')
        return text
      } catch (error) {
        log.warn({ err: error }, 'the store of documents cannot be reached')
        metrics.documentAsked('nowhere')
        return undefined
      }
    },
    async set(hash, text) {
      if (text.length > LONGEST_KEPT) return
      registered.set(hash, text, { size: LEAST_SIZE + text.length })
      try {
        await asked(store?.register({ hash, text }))
      } catch (error) {
        log.warn({ err: error }, 'a document was registered in this gateway only')
      }
    },
    delete: async (hash) => registered.delete(hash),
    async isTrusted(client, hash) {
      if (trusted.get(hash)?.clients.includes(client)) return true
      try {
        return (await findTrusted(hash))?.clients.includes(client) ?? false
      } catch (error) {
        throw upstreamUnavailable('the store of documents cannot be reached', error)
      }
    },
    isPublished: (hash) => trusted.has(hash),
    get isStoreDown() {
      return isStoreDown
    },
    close: async () => store?.close(),
  }
}
