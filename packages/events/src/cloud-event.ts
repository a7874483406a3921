import type { EventActor, EventClass, LoggedEvent } from './logged-event.ts'

/**
 * An event in CloudEvents 1.0's JSON format, structured mode. Attributes that the specification or
 * its documented extensions do not know are ours: `eventclass`, `schemaversion`, `logposition` and
 * those of the actor. Names are lower-case letters and digits, at most 20 (spec §3.1).
 */
export type CloudEvent = {
  readonly specversion: '1.0'
  readonly id: string
  readonly source: string
  readonly type: string
  readonly subject: string
  /** When it happened. */
  readonly time: string
  readonly datacontenttype: 'application/json'
  /** Changes with every version of the type. */
  readonly dataschema: string
  /** Absent once the payload's retention has passed. */
  readonly data?: unknown
  /** The tenant's `seq`, so padded that text order is number order (extension "sequence"). */
  readonly sequence: string
  /** The tenant (extension "partitioning"). */
  readonly partitionkey?: string
  /** When it was put in the log (extension "recordedtime"). */
  readonly recordedtime: string
  readonly correlationid?: string
  readonly causationid?: string
  /** Extension "distributed tracing". */
  readonly traceparent?: string
  readonly eventclass: EventClass
  readonly schemaversion: number
  /** A text, for CloudEvents' integers end at 2^31. */
  readonly logposition: string
  readonly actorkind?: string
  readonly actorid?: string
  readonly actorsession?: string
  /** In whose name the actor acts, as JSON. */
  readonly actoronbehalfby?: string
}

const SOURCE = 'urn:logicspike:'

/** Digits of the largest bigint. */
const DIGITS = 19

/** The event as it leaves the platform's own code: over a broker, in exports, to other languages. */
export function toCloudEvent(event: LoggedEvent): CloudEvent {
  return {
    specversion: '1.0',
    id: event.id,
    source: `${SOURCE}${event.source}`,
    type: event.type,
    subject: event.subject,
    time: event.occurredAt.toISOString(),
    datacontenttype: 'application/json',
    dataschema: `${SOURCE}event:${event.type}:v${event.version}`,
    ...(event.data !== null && { data: event.data }),
    sequence: String(event.seq).padStart(DIGITS, '0'),
    ...(event.tenantId !== null && { partitionkey: event.tenantId }),
    recordedtime: event.recordedAt.toISOString(),
    ...(event.correlationId !== null && { correlationid: event.correlationId }),
    ...(event.causationId !== null && { causationid: event.causationId }),
    ...(event.traceparent !== null && { traceparent: event.traceparent }),
    eventclass: event.class,
    schemaversion: event.version,
    logposition: String(event.position),
    ...(event.actor && attributesOf(event.actor)),
  }
}

/** The inverse of `toCloudEvent`. */
export function fromCloudEvent(envelope: CloudEvent): LoggedEvent {
  return {
    position: Number(envelope.logposition),
    tenantId: envelope.partitionkey ?? null,
    seq: Number(envelope.sequence),
    id: envelope.id,
    type: envelope.type,
    version: envelope.schemaversion,
    class: envelope.eventclass,
    source: envelope.source.slice(SOURCE.length),
    subject: envelope.subject,
    actor: actorOf(envelope),
    data: envelope.data ?? null,
    correlationId: envelope.correlationid ?? null,
    causationId: envelope.causationid ?? null,
    traceparent: envelope.traceparent ?? null,
    occurredAt: new Date(envelope.time),
    recordedAt: new Date(envelope.recordedtime),
  }
}

const attributesOf = ({ kind, id, sessionId, onBehalfBy }: EventActor) => ({
  actorkind: kind,
  actorid: id,
  ...(sessionId && { actorsession: sessionId }),
  ...(onBehalfBy !== undefined && { actoronbehalfby: JSON.stringify(onBehalfBy) }),
})

function actorOf(envelope: CloudEvent): EventActor | null {
  const { actorkind, actorid, actorsession, actoronbehalfby } = envelope
  if (actorkind === undefined || actorid === undefined) return null
  return {
    kind: actorkind,
    id: actorid,
    ...(actorsession !== undefined && { sessionId: actorsession }),
    ...(actoronbehalfby !== undefined && { onBehalfBy: JSON.parse(actoronbehalfby) }),
  }
}
