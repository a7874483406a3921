import type { Clock } from '@logicspike/auth'
import type { EventBus } from '@logicspike/events'
import type { IdFactory } from '@logicspike/ids'
import type { InternalClient } from '@logicspike/internal-api'
import type { SecretBox } from '@logicspike/secrets'
import type { WorkspaceContext } from '@logicspike/subgraph-kit'
import type { DeveloperConfig } from './config.ts'
import type { LiveEvents } from './modules/event-stream/live-events.ts'

/** What the process has once, for every request, internal call and job. */
export type DeveloperServices = {
  readonly config: DeveloperConfig
  readonly clock: Clock
  readonly ids: IdFactory
  readonly secretBox: SecretBox
  /** Asks other services. Never inside a transaction. */
  readonly internal: InternalClient
  /** The way to the event log; null where the process has none. */
  readonly events: EventBus | null
  /** What is recorded, handed out to streams; null where there is no way to the log. */
  readonly live: LiveEvents | null
}

/** What every use case gets first. */
export type DeveloperContext = DeveloperServices & WorkspaceContext
