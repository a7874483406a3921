import type { Clock, EpochRegistry } from '@logicspike/auth'
import { longestPlanWait } from '../planning/planner.ts'
import type { SubgraphLink } from '../subgraph-links/subgraph-link.ts'
import type { GatewayMetrics, GatewayState } from './gateway-metrics.ts'

/**
 * Lets metrics see what the gateway is made of, and times revocations as they are learned. @returns how to stop
 */
export function watchState(
  metrics: GatewayMetrics,
  gateway: {
    readonly links: ReadonlyMap<string, SubgraphLink>
    readonly epochs: Pick<EpochRegistry, 'ready'> &
      Partial<Pick<EpochRegistry, 'onBump' | 'lastPolledAt'>>
    readonly upstreams: GatewayState['upstreams']
    readonly clock?: Clock
  },
): () => void {
  const { links, epochs } = gateway
  const now = () => gateway.clock?.now() ?? new Date()
  metrics.watch({
    upstreams: gateway.upstreams,
    links: () => links.values(),
    revocationsKnownAt: () => epochs.lastPolledAt ?? null,
    longestPlanWait,
    now,
  })
  const stop = epochs.onBump?.(({ bumpedAt }) => {
    // What is learned before all sources have answered was made before there was anybody to hear of it.
    if (!epochs.ready) return
    metrics.revocationLearned(Math.max(0, now().getTime() - Date.parse(bumpedAt)))
  })
  return () => stop?.()
}
