import type { Logger } from '@logicspike/telemetry'
import type { Pool } from 'undici'
import type { ServiceDefinition } from './service-definition.ts'

export type HealthWatch = {
  /** Until it was looked at, a server is taken to be up. */
  readonly isUp: boolean
  stop(): void
}

/** One lost packet does not make a server sick. */
const FAILURES_UNTIL_DOWN = 2
const LONGEST_ANSWER_MS = 2_000

/**
 * Asks a server for its health, again and again, the first time at once. It is down after two checks
 * in a row that were not answered with 2xx, and up again after one that was.
 */
export function watchHealth(options: {
  pool: Pool
  health: ServiceDefinition['health']
  log: Logger
}): HealthWatch {
  const { pool, health, log } = options
  let failures = 0
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  async function check({ path, intervalMs }: NonNullable<ServiceDefinition['health']>) {
    const isWell = await asksWell(pool, path)
    if (isStopped) return
    const wasUp = failures < FAILURES_UNTIL_DOWN
    failures = isWell ? 0 : failures + 1
    const isUp = failures < FAILURES_UNTIL_DOWN
    if (isUp && !wasUp) log.info('an upstream is up again')
    if (!isUp && wasUp) log.warn('an upstream is down')
    timer = setTimeout(() => void check({ path, intervalMs }), intervalMs)
    timer.unref()
  }

  if (health) void check(health)
  return {
    get isUp() {
      return failures < FAILURES_UNTIL_DOWN
    },
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}

async function asksWell(pool: Pool, path: string): Promise<boolean> {
  try {
    const { statusCode, body } = await pool.request({
      method: 'GET',
      path,
      headers: { 'user-agent': 'logicspike-gateway' },
      signal: AbortSignal.timeout(LONGEST_ANSWER_MS),
    })
    await body.dump()
    return statusCode >= 200 && statusCode < 300
  } catch {
    return false
  }
}
