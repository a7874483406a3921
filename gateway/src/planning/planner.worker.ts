import { parentPort } from 'node:worker_threads'
import { operationFromDocument, Supergraph } from '@apollo/federation-internals'
import { QueryPlanner } from '@apollo/query-planner'
import { parse } from 'graphql'
import type { PlannerAnswer, PlannerRequest } from './planner.ts'

/**
 * The thread in which operations are planned. A plan may take milliseconds or, for an operation
 * with very many ways to be answered, seconds; nobody else's request waits for it here.
 */
type Loaded = {
  readonly planner: QueryPlanner
  /** For operations with deferred fragments; made when first used. */
  deferring: QueryPlanner | null
  readonly supergraph: Supergraph
}

const supergraphs = new Map<number, Loaded>()

function answer(request: PlannerRequest): PlannerAnswer {
  const { id, generation } = request
  if (request.kind === 'drop') {
    supergraphs.delete(generation)
    return { id }
  }
  if (request.kind === 'load') {
    const supergraph = Supergraph.build(request.supergraphSdl, { validateSupergraph: false })
    const planner = new QueryPlanner(supergraph)
    supergraphs.set(generation, { planner, deferring: null, supergraph })
    return { id }
  }
  const loaded = supergraphs.get(generation)
  if (!loaded) throw new Error(`no supergraph of generation ${generation} is loaded`)
  parentPort?.postMessage({ id, begun: true } satisfies PlannerAnswer)
  const operation = operationFromDocument(
    loaded.supergraph.apiSchema(),
    parse(request.document, { noLocation: true }),
    request.operationName === undefined ? {} : { operationName: request.operationName },
  )
  const planner = operation.selectionSet.hasDefer() ? deferringPlanner(loaded) : loaded.planner
  return { id, plan: planner.buildQueryPlan(operation) }
}

/** Ways to answer that are weighed: with parts, each takes long, and there are many more of them. */
const MOST_DEFERRED_PLANS = 100

function deferringPlanner(loaded: Loaded): QueryPlanner {
  loaded.deferring ??= new QueryPlanner(loaded.supergraph, {
    incrementalDelivery: { enableDefer: true },
    debug: { maxEvaluatedPlans: MOST_DEFERRED_PLANS },
  })
  return loaded.deferring
}

parentPort?.on('message', (request: PlannerRequest) => {
  try {
    parentPort?.postMessage(answer(request))
  } catch (error) {
    parentPort?.postMessage({ id: request.id, error: String(error) } satisfies PlannerAnswer)
  }
})
