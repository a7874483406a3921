import Fastify from 'fastify'
import { collectDefaultMetrics, Registry } from 'prom-client'

export type MetricsServer = {
  readonly port: number
  close(): Promise<void>
}

/** The registry of a process, with what Node tells of itself: event loop, heap, garbage collection. */
export function createProcessRegistry(): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return registry
}

/**
 * `/metrics` on a port of its own, which is no way in for anybody but the operator's Prometheus.
 * @param options.host the loopback address unless Prometheus asks from elsewhere
 */
export async function serveMetrics(options: {
  registry: Registry
  port: number
  host: string
}): Promise<MetricsServer> {
  const { registry, port, host } = options
  const http = Fastify({ forceCloseConnections: true })
  http.get('/metrics', async (_, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  )
  const address = await http.listen({ port, host })
  return { port: Number(new URL(address).port), close: () => http.close() }
}
