import type { PlanNode, SubscriptionNode } from '@apollo/query-planner'
import { type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql'

/** Longer outlines tell nobody more. */
const MOST_LINES = 60

/**
 * A plan for people: which subgraph is asked when, and for what places of the response. Written of the
 * names of the schema and the planner's own words alone: documents are left out, with every literal in
 * them, and so are aliases and variables, which clients choose.
 * @returns lines, indented by what they are part of
 */
export function outlinePlan(
  plan: PlanNode | SubscriptionNode | undefined,
  schema: GraphQLSchema,
): readonly string[] {
  if (!plan) return []
  const names = fieldNames(schema)
  const place = (path: readonly (string | number)[]): string =>
    path.map((step) => (step === '@' || names.has(String(step)) ? step : '(alias)')).join('.')

  function outline(node: PlanNode | SubscriptionNode, depth: number, at: string): string[] {
    const indent = '  '.repeat(depth)
    const all = (title: string, nodes: readonly PlanNode[]) => [
      `${indent}${title}`,
      ...nodes.flatMap((inner) => outline(inner, depth + 1, at)),
    ]
    switch (node.kind) {
      case 'Sequence':
        return all('in turn', node.nodes)
      case 'Parallel':
        return all('at once', node.nodes)
      case 'Flatten':
        return outline(node.node, depth, [at, place(node.path)].filter(Boolean).join('.'))
      case 'Condition':
        return all('on a condition', [node.ifClause, node.elseClause].filter(isNode))
      case 'Subscription':
        return all('listen', [node.primary, node.rest].filter(isNode))
      case 'Fetch':
        return [`${indent}${node.serviceName}${at === '' ? '' : ` for ${at}`}`]
      case 'Defer':
        return [
          ...(node.primary.node ? outline(node.primary.node, depth, at) : []),
          ...node.deferred.flatMap((part) => (part.node ? all('later', [part.node]) : [])),
        ]
    }
  }

  const lines = outline(plan, 0, '')
  const left = lines.length - MOST_LINES
  return left > 0 ? [...lines.slice(0, MOST_LINES), `(${left} more lines)`] : lines
}

const isNode = (node: PlanNode | undefined): node is PlanNode => node !== undefined

function fieldNames(schema: GraphQLSchema): ReadonlySet<string> {
  const types = Object.values(schema.getTypeMap())
  return new Set(
    types.flatMap((type) =>
      isObjectType(type) || isInterfaceType(type) ? Object.keys(type.getFields()) : [],
    ),
  )
}
