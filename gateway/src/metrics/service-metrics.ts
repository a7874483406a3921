import { Histogram, type Registry } from 'prom-client'
import { LONG } from './buckets.ts'
import type { GatewayMetrics } from './gateway-metrics.ts'

export function serviceMetrics(registers: Registry[]): Pick<GatewayMetrics, 'serviceAnswered'> {
  const seconds = new Histogram({
    name: 'gateway_service_request_seconds',
    help: 'Requests to services, to the last byte; a WebSocket (1xx) until it is closed',
    labelNames: ['service', 'status'],
    buckets: LONG,
    registers,
  })
  return {
    serviceAnswered({ service, statusClass, milliseconds }) {
      seconds.labels(service, statusClass).observe(milliseconds / 1000)
    },
  }
}
