import type { TraceContext } from '@logicspike/telemetry'
import { createTraceState, type Span, type SpanContext, TraceFlags } from '@opentelemetry/api'

/** What a span tells of itself to those it asks. */
export function traceContextOf(span: Span): TraceContext {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext()
  const isSampled = (traceFlags & TraceFlags.SAMPLED) !== 0
  return { traceId, spanId, isSampled, state: traceState?.serialize() || null }
}

/** A span elsewhere, as spans here can have it for a parent or a link. */
export function spanContextOf({ traceId, spanId, isSampled, state }: TraceContext): SpanContext {
  return {
    traceId,
    spanId,
    isRemote: true,
    traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    ...(state !== null && { traceState: createTraceState(state) }),
  }
}
