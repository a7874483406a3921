import type { FetchNode, PlanNode } from '@apollo/query-planner'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'graphql'
import { type MergedPlan, mergeFetches } from './merge-fetches.ts'

let fetches = 0
/** A fetch of entities, named as the planner does: by its place in the plan. */
function fetchOf(serviceName: string, field: string, more: Partial<FetchNode> = {}): FetchNode {
  const operationName = `Q__${serviceName}__${fetches++}`
  const operation = `query ${operationName}($representations: [_Any!]!) { _entities { ${field} } }`
  return {
    kind: 'Fetch',
    serviceName,
    requires: [{ kind: 'Field', name: 'id' }],
    variableUsages: [],
    operation,
    operationName,
    operationKind: 'query' as FetchNode['operationKind'],
    operationDocumentNode: parse(operation),
    ...more,
  }
}
const at = (path: string, node: PlanNode): PlanNode => ({
  kind: 'Flatten',
  path: path.split('.'),
  node: node as FetchNode,
})
const parallel = (...nodes: PlanNode[]): PlanNode => ({ kind: 'Parallel', nodes })
const sequence = (...nodes: PlanNode[]): PlanNode => ({ kind: 'Sequence', nodes })
const condition = (ifClause: PlanNode): PlanNode => ({
  kind: 'Condition',
  condition: 'c',
  ifClause,
})

function rootFetch(): FetchNode {
  const { requires, ...fetch } = fetchOf('a', 'x')
  return fetch
}

/** Fetches as `service×count`, in the form of the plan. */
function outline(node: MergedPlan | null): unknown {
  switch (node?.kind) {
    case 'Merged':
      return `${node.fetches[0]?.serviceName}×${node.fetches.length}`
    case 'Sequence':
    case 'Parallel':
      return { [node.kind]: node.nodes.map(outline) }
    case 'Condition':
      return { if: outline(node.ifTrue), else: outline(node.ifFalse) }
    default:
      return node?.kind
  }
}
const merged = (node: PlanNode) => outline(mergeFetches(node))

describe('put together', () => {
  test('are fetches that ask the same at one moment, for all their places', () => {
    const [one, two, three] = [fetchOf('a', 'x'), fetchOf('a', 'x'), fetchOf('a', 'x')]
    const plan = mergeFetches(parallel(at('p.@', one), at('q', two), at('r.@.s', three)))
    expect(plan).toEqual({
      kind: 'Parallel',
      nodes: [{ kind: 'Merged', fetches: [one, two, three] }],
    })
  })

  test('are sequences of such fetches, step by step', () => {
    const steps = () => sequence(at('p', fetchOf('a', 'x')), at('p', fetchOf('b', 'y')))
    expect(merged(parallel(steps(), steps(), fetchOf('a', 'x')))).toEqual({
      Parallel: [{ Sequence: ['a×2', 'b×2'] }, 'a×1'],
    })
  })

  test('are those below other steps as well', () => {
    const pair = () => parallel(fetchOf('a', 'x'), fetchOf('a', 'x'))
    expect(merged(sequence(fetchOf('r', 'q'), condition(pair())))).toEqual({
      Sequence: ['r×1', { if: { Parallel: ['a×2'] }, else: undefined }],
    })
  })
})

describe('left apart', () => {
  const field = (name: string) => [{ kind: 'Field' as const, name }]
  const setter = { kind: 'ValueSetter' as const, path: ['x'], setValueTo: 1 }
  test.each<[string, PlanNode, PlanNode]>([
    ['other subgraphs', fetchOf('a', 'x'), fetchOf('b', 'x')],
    ['other fields', fetchOf('a', 'x'), fetchOf('a', 'y')],
    ['other keys', fetchOf('a', 'x'), fetchOf('a', 'x', { requires: field('sku') })],
    ['other variables', fetchOf('a', 'x'), fetchOf('a', 'x', { variableUsages: ['v'] })],
    ['other rewrites of keys', fetchOf('a', 'x'), fetchOf('a', 'x', { inputRewrites: [setter] })],
    ['other rewrites', fetchOf('a', 'x'), fetchOf('a', 'x', { outputRewrites: [setter] })],
    ['fetches of root fields', rootFetch(), rootFetch()],
    [
      'mutations',
      fetchOf('a', 'x', { operationKind: 'mutation' as FetchNode['operationKind'] }),
      fetchOf('a', 'x', { operationKind: 'mutation' as FetchNode['operationKind'] }),
    ],
    ['what depends on a condition', condition(fetchOf('a', 'x')), condition(fetchOf('a', 'x'))],
    ['a fetch and a sequence of it alone', fetchOf('a', 'x'), sequence(fetchOf('a', 'x'))],
    [
      'sequences of other steps',
      sequence(fetchOf('a', 'x'), fetchOf('b', 'y')),
      sequence(fetchOf('b', 'y'), fetchOf('a', 'x')),
    ],
    [
      'sequences in other forms',
      sequence(fetchOf('a', 'x'), sequence(fetchOf('b', 'y'), fetchOf('c', 'z'))),
      sequence(sequence(fetchOf('a', 'x'), fetchOf('b', 'y')), fetchOf('c', 'z')),
    ],
    [
      'sequences of which one goes on',
      sequence(fetchOf('a', 'x'), fetchOf('b', 'y')),
      sequence(fetchOf('a', 'x'), fetchOf('b', 'y'), fetchOf('c', 'z')),
    ],
    [
      'sequences with something parallel',
      sequence(fetchOf('a', 'x'), parallel(fetchOf('b', 'y'), fetchOf('c', 'z'))),
      sequence(fetchOf('a', 'x'), parallel(fetchOf('b', 'y'), fetchOf('c', 'z'))),
    ],
  ])('are %s', (_, one, two) => {
    expect(merged(parallel(one, two))).toEqual({ Parallel: [merged(one), merged(two)] })
  })

  test('is what comes one after the other', () => {
    expect(merged(sequence(fetchOf('a', 'x'), fetchOf('a', 'x')))).toEqual({
      Sequence: ['a×1', 'a×1'],
    })
  })

  test('are parts that are deferred', () => {
    const defer = { kind: 'Defer', primary: {}, deferred: [] } as PlanNode
    expect(mergeFetches(defer)).toBe(defer)
  })
})
