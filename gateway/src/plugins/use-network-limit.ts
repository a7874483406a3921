import type { FastifyInstance } from 'fastify'
import type { GatewayMetrics } from '../metrics/gateway-metrics.ts'
import { rateLimitHeaders, refusalBy } from '../rate-limits/rate-limit-headers.ts'
import type { RateLimiter, Verdict } from '../rate-limits/rate-limiter.ts'

/** For load balancers, which ask often and must not be refused. */
const UNLIMITED = new Set(['/healthz', '/readyz'])

/**
 * Counts every request of a client network before anything else is done for it, whatever route it
 * is for. The budget is told in headers, unless a route tells of a scarcer one.
 */
export function useNetworkLimit(
  http: FastifyInstance,
  limiter: RateLimiter,
  metrics: Pick<GatewayMetrics, 'budgetRefused'>,
): void {
  http.addHook('onRequest', async (request, reply) => {
    if (UNLIMITED.has(request.routeOptions.url ?? '')) return
    const admitted: Verdict = await limiter.admit(request.ip)
    reply.headers(rateLimitHeaders(admitted))
    if (admitted.isAllowed) return
    metrics.budgetRefused(admitted.status.name)
    throw refusalBy(admitted.status)
  })
}
