import type { Logger } from '@logicspike/telemetry'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { EventBus } from '../event-bus.ts'
import type { LoggedEvent } from '../logged-event.ts'

export type EventConsumerOptions<Context extends { readonly em: EntityManager }> = {
  /** `<service>.<purpose>`: whoever has this name goes on where the last one stopped. */
  readonly name: string
  /** The types it handles; all others pass by. */
  readonly types: readonly string[]
  /** Where a consumer begins whose name is new: with the oldest event kept, or with the next one. */
  readonly startAt: 'beginning' | 'now'
  /**
   * What becomes of an event that has failed `maxTries` times. `skip`: it is parked, and those after
   * it are handled. `block`: it is parked, and those after it wait until it is redriven or dropped.
   */
  readonly onPoison: 'block' | 'skip'
  /** First try included; default 8, which is about half a minute. */
  readonly maxTries?: number
  readonly bus: Pick<EventBus, 'reader' | 'tail'>
  /** Opens what sees the consumer's own tables (no tenant) in the database of its service. */
  readonly openEm: (caller: { tenantId: string | null }) => EntityManager
  /** Makes what `handle` gets; its `em` sees the rows of the event's tenant, in the same database. */
  readonly contextOf: (event: LoggedEvent) => Context
  /**
   * The effect. Runs in the transaction that moves the consumer on: both are committed or neither.
   * Nothing the database cannot undo may be done here; it runs again after a crash or a failure.
   * Throwing is failing. `data` is null where the event is older than payloads are kept.
   */
  readonly handle: (tx: Context, event: LoggedEvent) => Promise<unknown>
  readonly log: Logger
  readonly clock: { now(): Date }
  /** Milliseconds to wait after the given number of failed tries. */
  readonly backoff?: (tries: number) => number
  /** How often it looks without being woken, in milliseconds; default 1,000. */
  readonly pollMs?: number
}

export type ConsumerStatus = {
  /** Everything up to here is done, or parked. */
  readonly position: number
  /** Of the log. */
  readonly head: number
  /** Positions between the two: at least as many as there are events. */
  readonly lag: number
  /** How long the oldest event that is not done has been in the log, in seconds. */
  readonly ageSeconds: number
  /** Events that wait for an operator. */
  readonly parked: number
  /** Id of the event that all others wait for. */
  readonly blockedBy: string | null
}

export type EventConsumer = {
  readonly name: string
  /** Begins where it stopped, or at `startAt`. Returns at once; failures are logged and retried. */
  start(): void
  /** Resolves when the event under way, if any, is done. */
  stop(): Promise<void>
  /**
   * Resolves once it has done, or parked, everything in the log at the time of the call, whether
   * or not it was started, here or in another process.
   * @throws Error where a parked event blocks it
   */
  settle(): Promise<void>
  status(): Promise<ConsumerStatus>
}
