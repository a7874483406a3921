import { readTraceContext } from '@logicspike/telemetry'
import type { FastifyRequest } from 'fastify'
import type { IncomingTrace } from './operation-trace.ts'

/**
 * Whose word is taken for which trace a request is part of, and whether it is recorded: nobody's;
 * that of trusted proxies, which must write `traceparent` anew and not pass on what clients send; or
 * everybody's, for a gateway that only the operator's own services reach.
 */
export type TraceTrust = 'nobody' | 'proxies' | 'everybody'

export function incomingTrace(request: FastifyRequest, trust: TraceTrust): IncomingTrace | null {
  const context = readTraceContext(request.headers)
  if (!context) return null
  return {
    context,
    isTrusted: trust === 'everybody' || (trust === 'proxies' && isProxied(request)),
  }
}

/** Fastify goes on from the other end's address to those it was told only where it trusts that end. */
const isProxied = ({ ips }: FastifyRequest): boolean => (ips?.length ?? 0) > 1
