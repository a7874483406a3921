import { sha256 } from '@logicspike/secrets'
import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionSetNode,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import type { AccessRules } from './access-rules.ts'
import {
  analyseOperation,
  type OperationAnalysis,
  type UnmarkedRootFields,
} from './analyse-operation.ts'
import { expandFragments } from './expand-fragments.ts'
import { type FilteredOperation, removeUnmet } from './filter-operation.ts'
import { type Caller, holds } from './requirement.ts'

/** What may run of an operation: all of it as it came, or what is left of it. */
export type Verdict =
  | { readonly whole: true }
  | {
      readonly whole: false
      readonly filtered: FilteredOperation
      /** Of the document that may run, so that its plan is kept apart from others. */
      readonly queryHash: string
    }

export type OperationAccess = {
  /** @returns null where the document has no operation of that name */
  judge(request: {
    queryHash: string
    source: string
    document: DocumentNode
    operationName?: string | undefined
    caller: Caller
  }): Verdict | null
}

/**
 * How much is remembered, in characters of documents and what their fragments expand to. One
 * takes some hundred bytes of memory; most operations have about a thousand.
 */
const MOST_REMEMBERED = 1_000_000
const CHARACTERS_PER_SELECTION = 20

const WHOLE: Verdict = { whole: true }

type Known = { readonly analysis: OperationAnalysis; readonly size: number }

/**
 * Decides on operations of one supergraph. Analysis is done once per operation, the cut once per
 * operation and set of permissions that matter to it: two callers who differ in nothing that the
 * operation asks for share one verdict and one plan.
 */
export function createOperationAccess(
  schema: GraphQLSchema,
  rules: AccessRules,
  unmarkedRootFields: UnmarkedRootFields,
): OperationAccess {
  const analyses = new LRUCache<string, Known>({ maxSize: MOST_REMEMBERED })
  const verdicts = new LRUCache<string, Verdict>({ maxSize: MOST_REMEMBERED })

  function analyse(key: string, source: string, document: DocumentNode, name: string | undefined) {
    const known = analyses.get(key)
    if (known) return known
    const operation = expandFragments(document, name)
    if (!operation) return null
    const analysis = analyseOperation(operation, schema, rules, unmarkedRootFields)
    const size = source.length + CHARACTERS_PER_SELECTION * countSelections(operation)
    analyses.set(key, { analysis, size }, { size })
    return { analysis, size }
  }

  return {
    judge({ queryHash, source, document, operationName, caller }) {
      const key = `${queryHash} ${operationName ?? ''}`
      const known = analyse(key, source, document, operationName)
      if (!known) return null
      const { analysis, size } = known
      if (analysis.relevant.length === 0 && analysis.requirements.size === 0) return WHOLE
      const fingerprint = analysis.relevant.map((item) => (holds(caller, item) ? 1 : 0)).join('')
      const verdictKey = `${key} ${fingerprint}`
      const given = verdicts.get(verdictKey)
      if (given) return given
      const verdict = verdictOf(removeUnmet(analysis, caller), queryHash)
      verdicts.set(verdictKey, verdict, { size: verdict.whole ? 1 : size })
      return verdict
    },
  }
}

function verdictOf(filtered: FilteredOperation, queryHash: string): Verdict {
  if (filtered.removed.size === 0) return WHOLE
  const { document } = filtered
  return { whole: false, filtered, queryHash: document ? sha256(print(document)) : queryHash }
}

function countSelections({ selectionSet }: OperationDefinitionNode): number {
  const count = ({ selections }: SelectionSetNode): number =>
    selections.reduce((sum, node) => {
      const below = node.kind === Kind.FRAGMENT_SPREAD ? undefined : node.selectionSet
      return sum + 1 + (below ? count(below) : 0)
    }, 0)
  return count(selectionSet)
}
