import type { Logger } from '@logicspike/telemetry'
import { Redis } from 'ioredis'

/** Who asks waits for this, and then does without Redis. */
const PATIENCE_MS = 3_000

/**
 * A connection to Redis that comes back by itself; commands fail while it is gone.
 * @param options.url for example `redis://redis:6379`
 * @param options.purpose what it is for, to be told in the log
 */
export function connectRedis(options: { url: string; purpose: string; log: Logger }): Redis {
  const { url, purpose, log } = options
  const redis = new Redis(url, {
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
    maxRetriesPerRequest: 0,
    disconnectTimeout: 200,
    retryStrategy: (tries) => Math.min(tries * 100, 2_000),
  })
  redis.on('error', (error) => log.debug({ err: error }, `the connection for ${purpose} broke`))
  return redis
}
