import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { GatewayMetrics } from './gateway-metrics.ts'

/** What the gateway is supplied with: documents, supergraphs, revocations. */
export function supplyMetrics(
  registers: Registry[],
): Pick<GatewayMetrics, 'documentAsked' | 'supergraphRead' | 'revocationLearned'> {
  const documents = new Counter({
    name: 'gateway_documents_by_hash_total',
    help: 'Documents that were asked for by their hash, by where they were found',
    labelNames: ['found'],
    registers,
  })
  const supergraphs = new Counter({
    name: 'gateway_supergraph_updates_total',
    help: 'Supergraphs read, the first one included, by whether they are served',
    labelNames: ['outcome'],
    registers,
  })
  const takenAt = new Gauge({
    name: 'gateway_supergraph_taken_timestamp_seconds',
    help: 'When the supergraph that is served was taken up. Unix time',
    registers,
  })
  const lag = new Histogram({
    name: 'gateway_revocation_lag_seconds',
    help: 'From the making of a revocation, by the clock of its database, until it holds here',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
    registers,
  })
  for (const outcome of ['taken', 'refused']) supergraphs.labels(outcome)
  return {
    documentAsked: (found) => documents.labels(found).inc(),
    supergraphRead(outcome) {
      supergraphs.labels(outcome).inc()
      if (outcome === 'taken') takenAt.setToCurrentTime()
    },
    revocationLearned: (milliseconds) => lag.observe(milliseconds / 1000),
  }
}
