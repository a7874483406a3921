import type { Logger } from '@logicspike/telemetry'
import { connectRedis } from '../connect-redis.ts'
import { type DocumentStore, FORGOTTEN_AFTER_DAYS } from './document-store.ts'

const TTL_SECONDS = FORGOTTEN_AFTER_DAYS * 24 * 3600

const registeredKey = (hash: string): string => `gateway:documents:registered:${hash}`
const trustedKey = (hash: string): string => `gateway:documents:trusted:${hash}`
const clientsKey = (hash: string): string => `gateway:documents:clients:${hash}`

/** @param url for example `redis://redis:6379` */
export function redisDocuments({ url, log }: { url: string; log: Logger }): DocumentStore {
  const redis = connectRedis({ url, purpose: 'documents', log })

  return {
    registered: (hash) => redis.getex(registeredKey(hash), 'EX', TTL_SECONDS),
    async register({ hash, text }) {
      await redis.set(registeredKey(hash), text, 'EX', TTL_SECONDS)
    },
    async trusted(hash) {
      const [text, clients] = await Promise.all([
        redis.get(trustedKey(hash)),
        redis.smembers(clientsKey(hash)),
      ])
      return text === null ? null : { text, clients }
    },
    async publish(client, documents) {
      const writes = redis.multi()
      for (const { hash, text } of documents) {
        writes.set(trustedKey(hash), text).sadd(clientsKey(hash), client)
      }
      await writes.exec()
    },
    async close() {
      redis.disconnect()
    },
  }
}
