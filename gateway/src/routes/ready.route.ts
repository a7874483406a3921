import type { FastifyInstance } from 'fastify'

/** Named parts, each true while it is ready. */
export type Readiness = Readonly<Record<string, () => boolean>>

/**
 * Whether requests may be sent here: 200, or 503 with the part that is missing. Subgraphs are none
 * of the parts: one that is down takes its own fields with it, not the whole edge.
 */
export function readyRoute(http: FastifyInstance, readiness: Readiness): void {
  http.get('/readyz', async (_, reply) => {
    const parts = Object.entries(readiness).map(([name, isReady]) => [name, isReady()] as const)
    const ready = parts.every(([, isReady]) => isReady)
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({
        status: ready ? 'ready' : 'not-ready',
        parts: Object.fromEntries(parts.map(([name, is]) => [name, is ? 'ready' : 'not-ready'])),
      })
  })
}
