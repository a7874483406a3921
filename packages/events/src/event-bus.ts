import type { LoggedEvent } from './logged-event.ts'

/** Reads what is in the log: the truth, whatever the transport. */
export type EventReader = {
  /** Events after a position, in order; all tenants and classes. For consumers. */
  afterPosition(position: number, limit: number): Promise<readonly LoggedEvent[]>
  /** A tenant's events after a `seq`, in order. Row-level security lets it see no other tenant. */
  afterSeq(query: { tenantId: string; seq: number; limit: number }): Promise<readonly LoggedEvent[]>
  /** The oldest `seq` still kept and the newest; both 0 for a tenant without events. */
  bounds(tenantId: string): Promise<{ readonly oldestSeq: number; readonly headSeq: number }>
  /** The newest position; 0 in an empty log. */
  headPosition(): Promise<number>
}

/**
 * What is new in the log, once per process, however many listen. Every event of the log after the
 * tail's start is handed on, in order of position, once; a gap in the transport is filled from the
 * log.
 */
export type EventTail = {
  /** Resolves once it follows the log: everything committed to it from now on is handed on. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Calls back with each batch. A listener that throws is logged and disturbs no other. */
  onEvents(listener: (events: readonly LoggedEvent[]) => void): () => void
  /** The position up to which everything has been handed on. */
  readonly position: number
  /** Whether it hears of what is new at this moment; false while its connection is down. */
  readonly connected: boolean
  /** Calls back whenever `connected` changes. */
  onConnection(listener: (connected: boolean) => void): () => void
}

/** One process's way to the event log. */
export type EventBus = {
  readonly reader: EventReader
  readonly tail: EventTail
  /** Stops the tail and closes every connection. */
  close(): Promise<void>
}
