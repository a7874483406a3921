import { Counter, Histogram, type Registry } from 'prom-client'
import type { FetchOutcome } from '../observability/operation-record.ts'
import { LONG } from './buckets.ts'
import type { FetchMetrics, GatewayMetrics } from './gateway-metrics.ts'

export function subgraphMetrics(registers: Registry[]): Pick<GatewayMetrics, 'fetchesFrom'> {
  const seconds = new Histogram({
    name: 'gateway_subgraph_fetch_seconds',
    help: 'Fetches from subgraphs, a second try included',
    labelNames: ['subgraph', 'outcome'],
    buckets: LONG,
    registers,
  })
  const shared = new Counter({
    name: 'gateway_subgraph_fetches_shared_total',
    help: 'Fetches that were not made, because an equal one was under way',
    labelNames: ['subgraph'],
    registers,
  })

  function make(subgraph: string): FetchMetrics {
    const of = (outcome: FetchOutcome) => seconds.labels(subgraph, outcome)
    // There from the first on, so that a rate of failures begins at 0.
    const byOutcome = {
      ok: of('ok'),
      errors: of('errors'),
      unavailable: of('unavailable'),
      timeout: of('timeout'),
      abandoned: of('abandoned'),
      failed: of('failed'),
    }
    const joined = shared.labels(subgraph)
    return {
      ended: (outcome, milliseconds) => byOutcome[outcome].observe(milliseconds / 1000),
      shared: () => joined.inc(),
    }
  }

  const known = new Map<string, FetchMetrics>()
  return {
    fetchesFrom(subgraph) {
      const made = known.get(subgraph) ?? make(subgraph)
      known.set(subgraph, made)
      return made
    },
  }
}
