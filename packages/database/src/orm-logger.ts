import type { Logger } from '@logicspike/telemetry'
import type { LogContext, Logger as OrmLogger } from '@mikro-orm/core'

/**
 * Sends MikroORM's messages to our log. Queries are at level `trace` and without their parameters,
 * which are people's data.
 */
export const ormLogger = (log: Logger) => (): OrmLogger => ({
  log: (namespace, message) => log.debug({ namespace }, message),
  warn: (namespace, message) => log.warn({ namespace }, message),
  error: (namespace, message) => log.error({ namespace }, message),
  logQuery: ({ query, took, level }: LogContext) =>
    level === 'error' ? log.debug({ took }, 'query failed') : log.trace({ query, took }, 'query'),
  setDebugMode: () => {},
  isEnabled: (namespace) =>
    namespace !== 'query-params' && (namespace !== 'query' || log.isLevelEnabled('trace')),
})
