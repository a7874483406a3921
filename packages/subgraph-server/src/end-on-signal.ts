import type { Logger } from '@logicspike/telemetry'

/**
 * Ends a service in order when it is asked to: `stop` lets requests under way end, then jobs, then
 * connections. The process exits by itself once nothing is left to do.
 */
export function endOnSignal(log: Logger, stop: () => Promise<void>): void {
  let stopping = false
  const end = (signal: NodeJS.Signals) => {
    if (stopping) return
    stopping = true
    log.info({ signal }, 'draining')
    stop().catch((error: unknown) => {
      log.error({ err: error }, 'could not end in order')
      process.exitCode = 1
    })
  }
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
}
