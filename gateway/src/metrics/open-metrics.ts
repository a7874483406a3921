import { type GatewayMetrics, noMetrics } from './gateway-metrics.ts'

export type OpenMetrics = {
  readonly metrics: GatewayMetrics
  /** Where `/metrics` is; null where nothing is counted. */
  readonly port: number | null
  close(): Promise<void>
}

/**
 * The metrics of a process, served at a port of their own.
 * @param at without a port nothing is counted; port 0 takes a free one
 * @throws Error where it cannot listen there
 */
export async function openMetrics(at: {
  METRICS_PORT?: number | undefined
  METRICS_HOST: string
}): Promise<OpenMetrics> {
  const { METRICS_PORT: port, METRICS_HOST: host } = at
  if (port === undefined) return { metrics: noMetrics, port: null, close: async () => undefined }
  // Loaded only where something is counted.
  const { createProcessRegistry, serveMetrics } = await import('./metrics-server.ts')
  const { createPrometheusMetrics } = await import('./prometheus-metrics.ts')
  const registry = createProcessRegistry()
  const metrics = createPrometheusMetrics(registry)
  const server = await serveMetrics({ registry, port, host })
  return { metrics, port: server.port, close: server.close }
}
