import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openTracing } from '@logicspike/telemetry'

/** A span as it is told over OTLP/HTTP, with its attributes as an object. */
export type ReceivedSpan = {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly name: string
  readonly traceState: string | undefined
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly links: readonly { traceId: string; spanId: string }[]
  readonly status: { code: number }
  readonly attributes: Readonly<Record<string, unknown>>
}

type OtlpAttribute = { key: string; value: Record<string, unknown> }
type OtlpSpan = Omit<ReceivedSpan, 'attributes' | 'links'> & {
  attributes: OtlpAttribute[]
  links?: { traceId: string; spanId: string }[]
}
type OtlpBody = {
  resourceSpans: {
    resource: { attributes: OtlpAttribute[] }
    scopeSpans: { spans: OtlpSpan[] }[]
  }[]
}

export type TraceReceiver = Awaited<ReturnType<typeof startTraceReceiver>>

/** A collector that keeps what it is sent, and a tracer that sends there, every few milliseconds. */
export async function startTraceReceiver() {
  process.env.OTEL_BSP_SCHEDULE_DELAY = '10'
  const spans: ReceivedSpan[] = []
  const news = new EventEmitter()
  const services = new Set<unknown>()
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { resourceSpans }: OtlpBody = JSON.parse(Buffer.concat(parts).toString())
      for (const { resource, scopeSpans } of resourceSpans) {
        services.add(asObject(resource.attributes)['service.name'])
        for (const { spans: sent } of scopeSpans) spans.push(...sent.map(asReceived))
      }
      news.emit('spans')
      response.writeHead(200, { 'content-type': 'application/json', connection: 'close' }).end('{}')
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { tracer, close } = await openTracing({ service: 'gateway', endpoint })
  return {
    tracer,
    services,
    spans,
    /** The spans of a request, once it is over; those of its streams come when these are. */
    async ofRequest(requestId: unknown): Promise<readonly ReceivedSpan[]> {
      for (;;) {
        const operation = spans.find(({ attributes }) => attributes['request.id'] === requestId)
        if (operation) return spans.filter(({ traceId }) => traceId === operation.traceId)
        await once(news, 'spans')
      }
    },
    /** Resolves once there are so many spans of a name. */
    async until(name: string, count: number): Promise<readonly ReceivedSpan[]> {
      for (;;) {
        const found = spans.filter((span) => span.name === name)
        if (found.length >= count) return found
        await once(news, 'spans')
      }
    },
    async close() {
      await close()
      await new Promise((closed) => server.close(closed))
    },
  }
}

const asReceived = (span: OtlpSpan): ReceivedSpan => ({
  ...span,
  parentSpanId: span.parentSpanId || undefined,
  attributes: asObject(span.attributes),
  links: span.links ?? [],
})

const asObject = (attributes: readonly OtlpAttribute[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
