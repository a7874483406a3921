import type { FetchNode, PlanNode } from '@apollo/query-planner'
import { compileDefer, landing } from './deferred/deferred-runs.ts'
import { type FetchDocument, readFetchDocument } from './fetch-document.ts'
import { compileFetch, type FetchParts, type Step } from './fetch-step.ts'
import { type MergedPlan, mergeFetches } from './merge-fetches.ts'
import type { PlanPath } from './plan-paths.ts'
import { isAbandoned } from './run.ts'
import type { SubgraphClient } from './subgraph-client.ts'
import type { TypeConditions } from './type-conditions.ts'
import { findCopies } from './written-keys.ts'

/** A fetch of the plan and the place whose objects it is about. */
type PlacedFetch = {
  readonly node: FetchNode
  readonly path: PlanPath
  readonly document: FetchDocument
}

/**
 * Makes a plan ready to be run any number of times.
 * @param seeds fetches that someone else runs before the plan, such as a subscription's source
 * @throws Error where a fetch is not found in the plan
 */
export function compilePlan(
  plan: PlanNode | undefined,
  environment: { readonly types: TypeConditions; readonly client: SubgraphClient },
  seeds: readonly FetchNode[] = [],
): Step {
  const fetches = new Map<FetchNode, PlacedFetch>()
  for (const node of seeds) fetches.set(node, placed(node, []))
  if (plan) findFetches(plan, [], fetches)
  const all = [...fetches.values()]
  const copies = findCopies(
    all.map(({ path, document }) => ({
      root: path.filter((step) => step !== '@'),
      objects: document.objects,
    })),
  )

  function compile(node: MergedPlan): Step {
    switch (node.kind) {
      case 'Sequence':
        return sequence(node.nodes.map(compile))
      case 'Parallel':
        return parallel(node.nodes.map(compile))
      case 'Condition': {
        const then = node.ifTrue ? compile(node.ifTrue) : NOTHING
        const otherwise = node.ifFalse ? compile(node.ifFalse) : NOTHING
        return (run) => (run.variables[node.condition] === true ? then(run) : otherwise(run))
      }
      case 'Merged': {
        const step = compileFetch(node.fetches.map(partsOf), environment)
        const ids = node.fetches.flatMap(({ id }) => id ?? [])
        return ids.length === 0 ? step : landing(step, ids)
      }
      case 'Defer':
        return compileDefer(node, (inner) => compile(mergeFetches(inner)))
    }
  }

  function partsOf(node: FetchNode): FetchParts {
    const at = all.findIndex((fetch) => fetch.node === node)
    const fetch = all[at]
    const copy = copies[at]
    if (!fetch || !copy) throw new Error('a fetch of the plan was not found in it')
    return { ...fetch, copies: copy }
  }

  return plan ? compile(mergeFetches(plan)) : NOTHING
}

const NOTHING: Step = () => undefined

function sequence(steps: readonly Step[]): Step {
  return async (run) => {
    for (const step of steps) {
      if (isAbandoned(run)) return
      const doing = step(run)
      if (doing) await doing
    }
  }
}

function parallel(steps: readonly Step[]): Step {
  return (run) => {
    const doing = steps.map((step) => step(run)).filter((it) => it !== undefined)
    if (doing.length < 2) return doing[0]
    return Promise.all(doing).then(() => undefined)
  }
}

function findFetches(node: PlanNode, path: PlanPath, found: Map<FetchNode, PlacedFetch>): void {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      for (const inner of node.nodes) findFetches(inner, path, found)
      return
    case 'Flatten':
      findFetches(node.node, [...path, ...node.path.map(String)], found)
      return
    case 'Condition':
      for (const inner of [node.ifClause, node.elseClause]) {
        if (inner) findFetches(inner, path, found)
      }
      return
    case 'Fetch':
      found.set(node, placed(node, path))
      return
    case 'Defer':
      for (const inner of [node.primary, ...node.deferred]) {
        if (inner.node) findFetches(inner.node, path, found)
      }
      return
  }
}

const placed = (node: FetchNode, path: PlanPath): PlacedFetch => ({
  node,
  path,
  document: readFetchDocument(node.operation, node.requires !== undefined),
})
