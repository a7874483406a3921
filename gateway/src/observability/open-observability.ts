import { openTracing } from '@logicspike/telemetry'
import type { GatewayDeps } from '../create-gateway.ts'
import type { GatewayEnvironment } from '../environment.ts'
import { openMetrics } from '../metrics/open-metrics.ts'

/** How a process is observed, by its environment. */
export type ObservabilityEnvironment = Pick<
  GatewayEnvironment,
  | 'METRICS_PORT'
  | 'METRICS_HOST'
  | 'OTEL_EXPORTER_OTLP_ENDPOINT'
  | 'TRACE_TRUST'
  | 'SLOW_OPERATION_MS'
>

export type Observability = {
  /** What a gateway is given of it. */
  readonly ofGateway: Required<
    Pick<GatewayDeps, 'metrics' | 'tracer' | 'traceTrust' | 'slowOperationMs'>
  >
  /** Where `/metrics` is; null where nothing is counted. */
  readonly metricsPort: number | null
  /** To be called when the gateway has stopped. Sends the spans that are left. */
  close(): Promise<void>
}

/** @throws Error where metrics cannot be served */
export async function openObservability(
  environment: ObservabilityEnvironment,
): Promise<Observability> {
  const { metrics, port, close } = await openMetrics(environment)
  const endpoint = environment.OTEL_EXPORTER_OTLP_ENDPOINT
  const tracing = await openTracing({ service: 'gateway', endpoint })
  return {
    ofGateway: {
      metrics,
      tracer: tracing.tracer,
      traceTrust: environment.TRACE_TRUST,
      slowOperationMs: environment.SLOW_OPERATION_MS,
    },
    metricsPort: port,
    async close() {
      await Promise.all([close(), tracing.close()])
    },
  }
}
