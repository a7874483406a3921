import type { Logger } from '@logicspike/telemetry'

/** What every subgraph's context has for the server's own use. */
export type ServerContext = {
  readonly log: Logger
  /** Called once when the operation has ended, whatever its outcome: frees what it held. */
  readonly dispose?: () => Promise<void>
}
