import { type TraceHeaders, traceHeaders } from '@logicspike/telemetry'
import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { StreamEnd } from '../streams/stream-end.ts'
import type { ExchangeNotes } from '../subgraph-links/subgraph-link.ts'
import type { FetchOutcome, OperationOutcome, Stage, Transport } from './operation-record.ts'
import { traceContextOf } from './span-context.ts'

export type FetchSpan = {
  readonly headers: TraceHeaders
  /** To be filled in by whoever makes the exchange. */
  readonly notes: ExchangeNotes
  end(outcome: FetchOutcome): void
}

export type EndOfOperation = {
  readonly type: string | null
  readonly name: string | null
  readonly hash: string | null
  readonly transport: Transport
  readonly outcome: OperationOutcome
  readonly requestId: string
}

/** The spans of one operation that is recorded. Nothing a client wrote is in them but its names. */
export type OperationSpans = {
  enter(stage: Stage): void
  fetch(subgraph: string): FetchSpan
  /** One that was waited for, though it was made for another operation. */
  sharedFetch(subgraph: string, startedAt: number): void
  /** @returns to be called when the stream is over */
  stream(transport: Transport): (reason: StreamEnd, sent: number) => void
  end(facts: EndOfOperation): void
}

const LONGEST_NAME = 200

/** Codes that are our fault, or that of what we depend on. */
const FAULTS: ReadonlySet<string> = new Set([
  'INTERNAL',
  'UPSTREAM_UNAVAILABLE',
  'UPSTREAM_TIMEOUT',
  'SERVICE_UNAVAILABLE',
])

/** @param span of the operation as a whole */
export function createOperationSpans(tracer: Tracer, span: Span): OperationSpans {
  const within = trace.setSpan(ROOT_CONTEXT, span)
  const begin = (name: string, kind: SpanKind, attributes: Attributes = {}, of = within) =>
    tracer.startSpan(name, { kind, attributes }, of)
  let stage = begin('identify', SpanKind.INTERNAL)

  return {
    enter(next) {
      stage.end()
      stage = begin(next, SpanKind.INTERNAL)
    },
    fetch(subgraph) {
      const of = trace.setSpan(within, stage)
      const fetch = begin(`fetch ${subgraph}`, SpanKind.CLIENT, { subgraph }, of)
      const notes: ExchangeNotes = { status: null, tries: 0 }
      return {
        headers: traceHeaders(traceContextOf(fetch)),
        notes,
        end(outcome) {
          const { status, tries } = notes
          fetch.setAttributes({ outcome, retried: tries > 1, shared: false })
          if (status !== null) fetch.setAttribute('http.response.status_code', status)
          if (FAILED.has(outcome)) fetch.setStatus({ code: SpanStatusCode.ERROR, message: outcome })
          fetch.end()
        },
      }
    },
    sharedFetch(subgraph, startedAt) {
      const attributes = { subgraph, shared: true }
      const of = trace.setSpan(within, stage)
      const options = { kind: SpanKind.INTERNAL, attributes, startTime: startedAt }
      tracer.startSpan(`fetch ${subgraph}`, options, of).end()
    },
    stream(transport) {
      const stream = begin('stream', SpanKind.SERVER, { transport })
      return (reason, sent) => {
        stream.setAttributes({ reason, sent })
        if (reason === 'failed') stream.setStatus({ code: SpanStatusCode.ERROR, message: reason })
        stream.end()
      }
    },
    end({ type, name, hash, transport, outcome, requestId }) {
      stage.end()
      span.updateName(type ?? 'operation')
      span.setAttributes({ transport, outcome, 'request.id': requestId })
      if (type !== null) span.setAttribute('graphql.operation.type', type)
      if (name !== null) span.setAttribute('graphql.operation.name', name.slice(0, LONGEST_NAME))
      if (hash !== null) span.setAttribute('graphql.document.hash', hash)
      if (FAULTS.has(outcome)) span.setStatus({ code: SpanStatusCode.ERROR, message: outcome })
      span.end()
    },
  }
}

const FAILED: ReadonlySet<FetchOutcome> = new Set(['unavailable', 'timeout', 'failed'])
