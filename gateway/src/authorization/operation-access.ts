import { sha256 } from '@logicspike/secrets'
import { type DocumentNode, type GraphQLSchema, print } from 'graphql'
import { LRUCache } from 'lru-cache'
import type { AccessRules } from './access-rules.ts'
import {
  analyseOperation,
  type OperationAnalysis,
  type UnmarkedRootFields,
} from './analyse-operation.ts'
import { expandFragments } from './expand-fragments.ts'
import { type FilteredOperation, removeUnmet } from './filter-operation.ts'
import { type Caller, heldBy } from './requirement.ts'

/** What may run of an operation, and under which hash its plan is kept. */
export type PermittedOperation = FilteredOperation & {
  /** Of the document that may run; the request's own where nothing was removed. */
  readonly queryHash: string
}

export type OperationAccess = {
  /** @returns null where the document has no operation of that name */
  permit(request: {
    queryHash: string
    document: DocumentNode
    operationName?: string | undefined
    caller: Caller
  }): PermittedOperation | null
}

/** Operations remembered; with each, as many verdicts as there are kinds of callers. */
const MOST_OPERATIONS = 2_000
const MOST_VERDICTS = 10_000

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
  const analyses = new LRUCache<string, OperationAnalysis>({ max: MOST_OPERATIONS })
  const verdicts = new LRUCache<string, PermittedOperation>({ max: MOST_VERDICTS })

  function analyse(key: string, document: DocumentNode, name: string | undefined) {
    const known = analyses.get(key)
    if (known) return known
    const operation = expandFragments(document, name)
    if (!operation) return null
    const analysis = analyseOperation(operation, schema, rules, unmarkedRootFields)
    analyses.set(key, analysis)
    return analysis
  }

  return {
    permit({ queryHash, document, operationName, caller }) {
      const key = `${queryHash} ${operationName ?? ''}`
      const analysis = analyse(key, document, operationName)
      if (!analysis) return null
      const held = heldBy(caller)
      const fingerprint = [...analysis.relevant].filter((item) => held.has(item)).sort()
      const verdictKey = `${key} ${fingerprint.join(' ')}`
      const known = verdicts.get(verdictKey)
      if (known) return known
      const verdict = withHash(removeUnmet(analysis, held), document, queryHash)
      verdicts.set(verdictKey, verdict)
      return verdict
    },
  }
}

function withHash(
  filtered: FilteredOperation,
  asked: DocumentNode,
  queryHash: string,
): PermittedOperation {
  // The document as sent keeps its named fragments and its hash, so all its callers share a plan.
  if (filtered.removed.size === 0) return { ...filtered, document: asked, queryHash }
  if (filtered.document === null) return { ...filtered, queryHash }
  return { ...filtered, queryHash: sha256(print(filtered.document)) }
}
