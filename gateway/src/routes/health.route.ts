import type { FastifyInstance } from 'fastify'

/** Whether the process is alive; says nothing about its parts. */
export function healthRoute(http: FastifyInstance): void {
  http.get('/healthz', async () => ({ status: 'ok', service: 'gateway' }))
}
