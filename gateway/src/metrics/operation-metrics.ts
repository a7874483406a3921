import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { stages } from '../observability/operation-record.ts'
import { LONG, SHORT } from './buckets.ts'
import type { AnsweredFacts, GatewayMetrics } from './gateway-metrics.ts'

type OperationMetrics = Pick<
  GatewayMetrics,
  | 'operationBegan'
  | 'operationAnswered'
  | 'operationOver'
  | 'requestRefused'
  | 'budgetRefused'
  | 'planned'
>

/** More names than clients publish; in all of them together there are no more series. */
const MOST_NAMES = 200

/** What no operation can be called. */
const OTHERS = '(others)'

export function operationMetrics(registers: Registry[]): OperationMetrics {
  const inFlight = new Gauge({
    name: 'gateway_operations_in_flight',
    help: 'Operations being answered now; streams only until they are open',
    registers,
  })
  const operations = new Counter({
    name: 'gateway_operations_total',
    help: 'Operations answered. `partial`: data and errors; a code: errors in place of data',
    labelNames: ['type', 'outcome', 'transport'],
    registers,
  })
  const seconds = new Histogram({
    name: 'gateway_operation_seconds',
    help: 'Until an operation was answered, or its stream was ready to be opened',
    labelNames: ['transport'],
    buckets: LONG,
    registers,
  })
  const named = new Histogram({
    name: 'gateway_published_operation_seconds',
    help: `Until an operation of a published document was answered; ${OTHERS} beyond ${MOST_NAMES}`,
    labelNames: ['operation', 'outcome'],
    buckets: [0.01, 0.05, 0.25, 1, 5],
    registers,
  })
  const stageSeconds = new Histogram({
    name: 'gateway_stage_seconds',
    help: 'How long an operation was in each of the stages that it came to',
    labelNames: ['stage'],
    buckets: SHORT,
    registers,
  })
  const stageTimes = stages.map((stage) => ({ stage, histogram: stageSeconds.labels(stage) }))
  const cost = new Histogram({
    name: 'gateway_operation_cost_units',
    help: 'What operations were estimated to cost, and did cost. Cost units',
    labelNames: ['kind'],
    buckets: [1, 10, 100, 1_000, 10_000, 100_000],
    registers,
  })
  const [estimated, actual] = [cost.labels('estimated'), cost.labels('actual')]
  const planning = new Histogram({
    name: 'gateway_planning_seconds',
    help: 'How long the planning thread took, its queue included; also for plans made in advance',
    buckets: LONG,
    registers,
  })
  const planLookedUp = planLookups(registers)
  const nameOf = boundedNames(MOST_NAMES)

  function observeCost({ cost }: AnsweredFacts): void {
    if (!cost) return
    estimated.observe(cost.estimated)
    if (cost.actual !== undefined) actual.observe(cost.actual)
  }

  return {
    operationBegan: () => inFlight.inc(),
    operationOver: () => inFlight.dec(),
    operationAnswered(facts) {
      const { type, outcome, transport, publishedName } = facts
      operations.labels(type ?? 'unknown', outcome, transport).inc()
      seconds.labels(transport).observe(facts.milliseconds / 1000)
      if (publishedName !== null) {
        const isWhole = outcome === 'ok' || outcome === 'partial'
        const labels = [nameOf(publishedName), isWhole ? outcome : 'failed'] as const
        named.labels(...labels).observe(facts.milliseconds / 1000)
      }
      for (const { stage, histogram } of stageTimes) {
        const milliseconds = facts.stageTimes[stage]
        if (milliseconds > 0) histogram.observe(milliseconds / 1000)
      }
      observeCost(facts)
      planLookedUp(facts)
    },
    planned: (milliseconds) => planning.observe(milliseconds / 1000),
    ...refusalMetrics(registers),
  }
}

function refusalMetrics(
  registers: Registry[],
): Pick<OperationMetrics, 'requestRefused' | 'budgetRefused'> {
  const requests = new Counter({
    name: 'gateway_requests_refused_total',
    help: 'HTTP requests, on any route, that failed apart from any operation',
    labelNames: ['code'],
    registers,
  })
  const budgets = new Counter({
    name: 'gateway_rate_limit_refusals_total',
    help: 'What was refused because a budget, or the number of connections, was used up',
    labelNames: ['budget'],
    registers,
  })
  return {
    requestRefused: (code) => requests.labels(code).inc(),
    budgetRefused: (budget) => budgets.labels(budget).inc(),
  }
}

/** Of operations that came to be executed. */
function planLookups(registers: Registry[]): (facts: AnsweredFacts) => void {
  const lookups = new Counter({
    name: 'gateway_plan_cache_total',
    help: 'Operations whose plan was at hand (hit) or had to be waited for (miss)',
    labelNames: ['result'],
    registers,
  })
  const [hit, miss] = [lookups.labels('hit'), lookups.labels('miss')]
  return ({ stageTimes: { plan, execute } }) => {
    if (plan > 0) miss.inc()
    else if (execute > 0) hit.inc()
  }
}

/** The first so many names as they are, and one for all that come later. */
function boundedNames(most: number): (name: string) => string {
  const names = new Set<string>()
  return (name) => {
    if (names.has(name)) return name
    if (names.size >= most) return OTHERS
    names.add(name)
    return name
  }
}
