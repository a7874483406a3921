import type { CallerWatch } from './caller-watch.ts'
import type { ConnectionLimits } from './connection-limits.ts'
import type { StreamBudgets } from './stream-budgets.ts'
import type { StreamLimits } from './stream-limits.ts'
import type { Streams } from './streams.ts'

/** What both transports of streams need. */
export type StreamDesk = {
  readonly streams: Streams
  readonly callers: CallerWatch
  readonly connections: ConnectionLimits
  readonly limits: StreamLimits
  readonly budgets: StreamBudgets
}
