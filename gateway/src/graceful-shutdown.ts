import { setTimeout as pause } from 'node:timers/promises'
import type { Logger } from '@logicspike/telemetry'
import type { Gateway } from './create-gateway.ts'

/**
 * Ends a gateway without failing a request: readiness fails first, after `delayMs` (by which load
 * balancers have noticed) no connection is taken any more, running requests end, then all is freed.
 * @param deadlineMs after which connections that are still busy are cut
 */
export async function drainAndStop(
  gateway: Pick<Gateway, 'beginDrain' | 'stop' | 'cutConnections'>,
  options: { delayMs: number; deadlineMs: number; log: Logger },
): Promise<void> {
  const { delayMs, deadlineMs, log } = options
  gateway.beginDrain()
  log.info({ delayMs }, 'draining')
  await pause(delayMs)
  const deadline = setTimeout(() => {
    log.warn('requests outlast the drain; their connections are cut')
    gateway.cutConnections()
  }, deadlineMs)
  await gateway.stop()
  clearTimeout(deadline)
  log.info('stopped')
}
