import { Counter, Gauge, type Registry } from 'prom-client'
import type { GatewayMetrics } from './gateway-metrics.ts'

export function streamMetrics(registers: Registry[]): Pick<GatewayMetrics, 'streamsOver'> {
  const open = new Gauge({
    name: 'gateway_streams_open',
    help: 'Subscriptions under way',
    labelNames: ['transport'],
    registers,
  })
  const started = new Counter({
    name: 'gateway_streams_started_total',
    help: 'Subscriptions whose source was opened',
    labelNames: ['transport'],
    registers,
  })
  const ended = new Counter({
    name: 'gateway_streams_ended_total',
    help: 'Subscriptions that are over, by why',
    labelNames: ['transport', 'reason'],
    registers,
  })
  const messages = new Counter({
    name: 'gateway_stream_messages_sent_total',
    help: 'Messages handed to the connections of clients',
    labelNames: ['transport'],
    registers,
  })
  return {
    streamsOver(transport) {
      const openNow = open.labels(transport)
      const begun = started.labels(transport)
      const sent = messages.labels(transport)
      return {
        started() {
          openNow.inc()
          begun.inc()
        },
        ended(reason) {
          openNow.dec()
          ended.labels(transport, reason).inc()
        },
        sent: () => sent.inc(),
      }
    },
  }
}
