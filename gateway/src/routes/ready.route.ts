import type { FastifyInstance } from 'fastify'
import type { Readiness } from '../observability/readiness.ts'

/**
 * Whether requests may be sent here: 200, or 503 where a part is not ready. A part that is degraded is
 * told of and keeps nobody away. Subgraphs are none of the parts: one that is down takes its own
 * fields with it, not the whole edge. Reasons are words of ours and name no place.
 */
export function readyRoute(http: FastifyInstance, readiness: Readiness): void {
  http.get('/readyz', async (_, reply) => {
    const isReady = readiness.isReady()
    return reply
      .code(isReady ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ status: isReady ? 'ready' : 'not-ready', parts: readiness.parts() })
  })
}
