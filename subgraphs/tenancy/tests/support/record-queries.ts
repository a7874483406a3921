import { createLogger, type Logger } from '@logicspike/telemetry'

/** A log that keeps every statement the service sends, which it tells of at the finest level. */
export function recordQueries(): { readonly log: Logger; readonly queries: string[] } {
  const queries: string[] = []
  const write = (line: string): void => {
    const { query } = JSON.parse(line) as { query?: string }
    if (query) queries.push(query)
  }
  return { log: createLogger({ name: 'test', level: 'trace' }, { write }), queries }
}
