import type { Clock } from '@logicspike/auth'
import type { EventTail } from '@logicspike/events'
import type { IdFactory } from '@logicspike/ids'
import type { InternalClient } from '@logicspike/internal-api'
import type { SecretBox } from '@logicspike/secrets'
import type { WorkspaceContext } from '@logicspike/subgraph-kit'
import type { CommunicationConfig } from './config.ts'
import type { SlackApi } from './modules/slack/slack-api.ts'

/** What the process has once, for every request, internal call and job. */
export type CommunicationServices = {
  readonly config: CommunicationConfig
  readonly clock: Clock
  readonly ids: IdFactory
  /** Asks other services. Never inside a transaction. */
  readonly internal: InternalClient
  /** What is new in the event log; null without a way to it. */
  readonly tail: EventTail | null
  /** Opens what is kept sealed, and signs links. */
  readonly secretBox: SecretBox
  /** Never inside a transaction. */
  readonly slack: SlackApi
}

/** What every use case gets first. */
export type CommunicationContext = CommunicationServices & WorkspaceContext
