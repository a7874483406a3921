import type { EventType } from './catalogue.ts'

/** Who caused an event, as the outbox keeps it. */
export type EventActor = {
  readonly kind: string
  readonly id: string
  readonly sessionId?: string | null
  readonly onBehalfBy?: unknown
}

/**
 * `domain` events are for whoever may see their type, `audit` events feed the audit log, `internal`
 * ones are between services and shown to nobody.
 */
export type EventClass = 'domain' | 'audit' | 'internal'

/** One event of the log. */
export type LoggedEvent = {
  /** Where it stands in the whole log; grows, and need not be contiguous. */
  readonly position: number
  /** The workspace it happened in; null where it belongs to none. */
  readonly tenantId: string | null
  /** Where it stands among its tenant's events: 1, 2, 3, without a gap. */
  readonly seq: number
  readonly id: string
  /** A type of the catalogue, or `<service>:<noun>.<past verb>` of an end-user service's own. */
  readonly type: EventType | (string & {})
  readonly version: number
  readonly class: EventClass
  /** The service that published it. */
  readonly source: string
  readonly subject: string
  readonly actor: EventActor | null
  /** Null once the payload's retention has passed. */
  readonly data: unknown
  readonly correlationId: string | null
  readonly causationId: string | null
  readonly traceparent: string | null
  /** When it happened, by the publisher's clock. */
  readonly occurredAt: Date
  /** When it was put in the log. */
  readonly recordedAt: Date
}
