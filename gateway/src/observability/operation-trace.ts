import { type TraceContext, type TraceHeaders, traceHeaders } from '@logicspike/telemetry'
import { ROOT_CONTEXT, SpanKind, type Tracer, trace } from '@opentelemetry/api'
import { createOperationSpans, type OperationSpans } from './operation-spans.ts'
import { spanContextOf, traceContextOf } from './span-context.ts'

/** Where a request says it stands in a trace, and whether that is believed. */
export type IncomingTrace = { readonly context: TraceContext; readonly isTrusted: boolean }

/** The trace that an operation is part of. */
export type OperationTrace = {
  readonly traceId: string
  /** For subgraphs, where a fetch has no span of its own. */
  readonly headers: TraceHeaders
  /** Null where the trace is not recorded. */
  readonly spans: OperationSpans | null
}

/**
 * Begins the part of a trace that an operation is. Who is trusted is gone on from, sampling and all;
 * whoever else sends a context is linked to, and has no say in whether anything is recorded or in
 * what subgraphs are sent. Baggage is neither read nor sent by anybody.
 * @param tracer null where nothing is recorded here: a trusted context is passed on as it is
 * @returns null where there is no trace
 */
export function beginTrace(
  tracer: Tracer | null,
  incoming: IncomingTrace | null,
): OperationTrace | null {
  const trusted = incoming?.isTrusted ? incoming.context : null
  if (!tracer) return trusted && unrecorded(trusted)
  const parent = trusted ? trace.setSpanContext(ROOT_CONTEXT, spanContextOf(trusted)) : ROOT_CONTEXT
  const links = incoming && !trusted ? [{ context: spanContextOf(incoming.context) }] : []
  const span = tracer.startSpan('operation', { kind: SpanKind.SERVER, links }, parent)
  const begun = unrecorded(traceContextOf(span))
  return span.isRecording() ? { ...begun, spans: createOperationSpans(tracer, span) } : begun
}

const unrecorded = (context: TraceContext): OperationTrace => ({
  traceId: context.traceId,
  headers: traceHeaders(context),
  spans: null,
})
