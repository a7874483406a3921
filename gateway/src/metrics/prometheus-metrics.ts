import type { Registry } from 'prom-client'
import type { GatewayMetrics } from './gateway-metrics.ts'
import { operationMetrics } from './operation-metrics.ts'
import { serviceMetrics } from './service-metrics.ts'
import { stateMetrics } from './state-metrics.ts'
import { streamMetrics } from './stream-metrics.ts'
import { subgraphMetrics } from './subgraph-metrics.ts'
import { supplyMetrics } from './supply-metrics.ts'

/**
 * Counts for Prometheus. Every label has values of a closed set, or of what the operator wrote: the
 * subgraphs of the supergraph, the operations in published documents.
 * @param registry one for the process; of one gateway only
 */
export function createPrometheusMetrics(registry: Registry): GatewayMetrics {
  const registers = [registry]
  return {
    ...operationMetrics(registers),
    ...subgraphMetrics(registers),
    ...streamMetrics(registers),
    ...supplyMetrics(registers),
    ...serviceMetrics(registers),
    ...stateMetrics(registers),
  }
}
