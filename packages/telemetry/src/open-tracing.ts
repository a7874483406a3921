import type { Tracer } from '@opentelemetry/api'

export type OpenTracing = {
  /** Null where no spans are exported. */
  readonly tracer: Tracer | null
  /** Sends what has not been sent. */
  close(): Promise<void>
}

/**
 * Spans of a process, exported over OTLP/HTTP. Sampler, headers, limits, batches and resource
 * attributes are those of OpenTelemetry's standard variables, which its SDK reads itself; spans find
 * one another without its hooks and globals.
 * @param options.service what it is called, unless `OTEL_SERVICE_NAME` says otherwise
 * @param options.endpoint `OTEL_EXPORTER_OTLP_ENDPOINT`; without it nothing of the SDK is loaded
 */
export async function openTracing(options: {
  service: string
  endpoint: string | undefined
}): Promise<OpenTracing> {
  const { service, endpoint } = options
  if (endpoint === undefined) return { tracer: null, close: async () => undefined }
  const [{ BasicTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, resources] =
    await Promise.all([
      import('@opentelemetry/sdk-trace-base'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ])
  const url = `${endpoint.replace(/\/$/, '')}/v1/traces`
  const provider = new BasicTracerProvider({
    resource: new resources.Resource({ 'service.name': service }).merge(
      new resources.Resource(resources.envDetectorSync.detect().attributes),
    ),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url }))],
  })
  return { tracer: provider.getTracer('logicspike'), close: () => provider.shutdown() }
}
