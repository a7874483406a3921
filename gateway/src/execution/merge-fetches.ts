import type { DeferNode, FetchNode, PlanNode } from '@apollo/query-planner'
import { planIndependentName } from './fetch-name.ts'

/**
 * Fetches of entities that ask one subgraph the same thing at the same time, for different places of
 * the response: one request can be all of them.
 */
export type MergedNode = { readonly kind: 'Merged'; readonly fetches: readonly FetchNode[] }
/** A plan, with what can be asked together put together. */
export type MergedPlan =
  | MergedNode
  | DeferNode
  | { readonly kind: 'Sequence' | 'Parallel'; readonly nodes: readonly MergedPlan[] }
  | {
      readonly kind: 'Condition'
      readonly condition: string
      readonly ifTrue: MergedPlan | null
      readonly ifFalse: MergedPlan | null
    }

/**
 * Puts together the fetches of a plan that begin at the same moment. Nothing waits longer for it:
 * what comes after each of them would have waited for an answer of the same subgraph. Parts that are
 * deferred are left as they are.
 */
export function mergeFetches(node: PlanNode): MergedPlan {
  switch (node.kind) {
    case 'Sequence':
      return { kind: 'Sequence', nodes: node.nodes.map(mergeFetches) }
    case 'Parallel':
      return { kind: 'Parallel', nodes: mergeAlike(node.nodes.map(mergeFetches)) }
    case 'Flatten':
      return mergeFetches(node.node)
    case 'Condition':
      return {
        kind: 'Condition',
        condition: node.condition,
        ifTrue: node.ifClause ? mergeFetches(node.ifClause) : null,
        ifFalse: node.elseClause ? mergeFetches(node.elseClause) : null,
      }
    case 'Fetch':
      return { kind: 'Merged', fetches: [node] }
    case 'Defer':
      return node
  }
}

function mergeAlike(nodes: readonly MergedPlan[]): MergedPlan[] {
  const groups = new Map<string | MergedPlan, MergedPlan>()
  for (const node of nodes) {
    const key = signature(node) ?? node
    const alike = groups.get(key)
    groups.set(key, alike ? merged(alike, node) : node)
  }
  return [...groups.values()]
}

/** Equal for what differs in places alone; null for what is not put together. */
function signature(node: MergedPlan): string | null {
  switch (node.kind) {
    case 'Merged':
      return fetchSignature(node.fetches[0])
    case 'Sequence': {
      const parts = node.nodes.map(signature)
      return parts.includes(null) ? null : JSON.stringify(parts)
    }
    case 'Parallel':
    case 'Condition':
    case 'Defer':
      return null
  }
}

function fetchSignature(node: FetchNode | undefined): string | null {
  if (!node?.requires || node.operationKind === 'mutation') return null
  const { serviceName, requires, variableUsages, inputRewrites, outputRewrites } = node
  const { query } = planIndependentName(node)
  return JSON.stringify([
    serviceName,
    query,
    requires,
    variableUsages,
    inputRewrites,
    outputRewrites,
  ])
}

/** Two of one signature. */
function merged(one: MergedPlan, other: MergedPlan): MergedPlan {
  if (one.kind === 'Merged' && other.kind === 'Merged') {
    return { kind: 'Merged', fetches: [...one.fetches, ...other.fetches] }
  }
  if (one.kind !== 'Sequence' || other.kind !== 'Sequence') throw new Error('they are not alike')
  return {
    kind: 'Sequence',
    nodes: one.nodes.map((node, at) => merged(node, other.nodes[at] ?? node)),
  }
}
