import { Gauge, type Registry } from 'prom-client'
import type { LinkStatus } from '../subgraph-links/subgraph-link.ts'
import type { GatewayMetrics, GatewayState } from './gateway-metrics.ts'

const CIRCUITS: readonly LinkStatus['circuit'][] = ['closed', 'open', 'trying']

/** Gauges that are asked for when they are read. */
export function stateMetrics(registers: Registry[]): Pick<GatewayMetrics, 'watch'> {
  return {
    watch(state) {
      linkGauges(state, registers)
      new Gauge({
        name: 'gateway_service_upstream_up',
        help: '1 for a server of a service that gets requests, 0 for one that is left in peace',
        labelNames: ['service', 'upstream'],
        registers,
        collect() {
          // Services are declared anew while the gateway runs.
          this.reset()
          for (const { service, origin, isUp } of state.upstreams()) {
            this.set({ service, upstream: origin }, isUp ? 1 : 0)
          }
        },
      })
      new Gauge({
        name: 'gateway_planning_longest_wait_seconds',
        help: 'How long whoever waits for the planning thread has done so at most; 0 for nobody',
        registers,
        collect() {
          this.set(state.longestPlanWait() / 1000)
        },
      })
      new Gauge({
        name: 'gateway_revocations_age_seconds',
        help: 'How old the knowledge of revocations is: since the last answer of all who know them',
        registers,
        collect() {
          const knownAt = state.revocationsKnownAt()
          if (knownAt) this.set((state.now().getTime() - knownAt.getTime()) / 1000)
          else this.remove()
        },
      })
    },
  }
}

function linkGauges(state: GatewayState, registers: Registry[]): void {
  new Gauge({
    name: 'gateway_subgraph_circuit',
    help: '1 for the state of the circuit breaker: closed (all is well), open, or trying',
    labelNames: ['subgraph', 'state'],
    registers,
    collect() {
      for (const [subgraph, { circuit }] of statuses(state)) {
        for (const it of CIRCUITS) this.set({ subgraph, state: it }, it === circuit ? 1 : 0)
      }
    },
  })
  new Gauge({
    name: 'gateway_subgraph_requests_waiting',
    help: 'Fetches that wait for a connection',
    labelNames: ['subgraph'],
    registers,
    collect() {
      for (const [subgraph, { waiting }] of statuses(state)) this.set({ subgraph }, waiting)
    },
  })
  new Gauge({
    name: 'gateway_subgraph_requests_under_way',
    help: 'Fetches sent and not answered, those that wait included',
    labelNames: ['subgraph'],
    registers,
    collect() {
      for (const [subgraph, { underWay }] of statuses(state)) this.set({ subgraph }, underWay)
    },
  })
}

/** Of the links that go over a network. */
function* statuses({ links }: GatewayState): Generator<[string, LinkStatus]> {
  for (const { name, status } of links()) if (status) yield [name, status()]
}
