import type { Logger } from '@logicspike/telemetry'
import { connect, type NatsConnection } from '@nats-io/transport-node'

export type NatsOptions = {
  /** `nats://`, or `tls://`, `[user:password@]host:port`. */
  readonly natsUrl: string
  readonly log: Logger
  /** Warns of servers that are not fit for production. */
  readonly production?: boolean
}

/** First release line that has the fixes of CVE-2025-30215 and what came after it. */
const FIRST_SAFE = [2, 11] as const

/**
 * Connects, and stays connected: after a loss it tries again for ever.
 * @throws when the server cannot be reached at first
 */
export async function connectNats(options: NatsOptions, name: string): Promise<NatsConnection> {
  const { protocol, host, username, password } = new URL(options.natsUrl)
  const connection = await connect({
    name,
    servers: host,
    ...(username && { user: decodeURIComponent(username), pass: decodeURIComponent(password) }),
    ...(protocol === 'tls:' && { tls: {} }),
    timeout: 5_000,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 200,
  })
  const version = connection.info?.version ?? 'unknown'
  if (options.production && !isSafeVersion(version)) {
    options.log.warn(
      { version },
      'THIS NATS SERVER IS NOT SAFE: below 2.11 anybody who can connect may administer streams of others (CVE-2025-30215). Upgrade it.',
    )
  }
  return connection
}

/** Whether a server of this version has the security fixes that are known to matter here. */
export function isSafeVersion(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > FIRST_SAFE[0] || (major === FIRST_SAFE[0] && minor >= FIRST_SAFE[1])
}
