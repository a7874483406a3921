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
import type { AskPolicies, PolicyContext } from './policies.ts'
import { holds } from './requirement.ts'

/** What may run of an operation: all of it as it came, or what is left of it. */
export type Verdict = (
  | { readonly whole: true }
  | {
      readonly whole: false
      readonly filtered: FilteredOperation
      /** Of the document that may run, so that its plan is kept apart from others. */
      readonly queryHash: string
    }
) & {
  /** Equal where the operation is, and what of everything that matters to it the callers hold. */
  readonly key: string
}

export type OperationAccess = {
  /**
   * Asks the policies that the operation names, each once, and decides.
   * @returns null where the document has no operation of that name
   */
  judge(request: {
    queryHash: string
    source: string
    document: DocumentNode
    operationName?: string | undefined
    context: PolicyContext
  }): Promise<Verdict | null>
}

/**
 * How much is remembered, in characters of documents and what their fragments expand to. One
 * takes some hundred bytes of memory; most operations have about a thousand.
 */
const MOST_REMEMBERED = 1_000_000
const CHARACTERS_PER_SELECTION = 20
const CHARACTERS_PER_OPERATION = 200

const NO_POLICIES: ReadonlySet<string> = new Set()

type Known = { readonly analysis: OperationAnalysis; readonly size: number }

/**
 * Decides on operations of one supergraph. Analysis is done once per operation, the cut once per
 * operation and set of permissions, services and policies that matter to it: two callers who differ
 * in nothing that the operation asks for share one verdict and one plan.
 */
export function createOperationAccess(options: {
  schema: GraphQLSchema
  rules: AccessRules
  unmarkedRootFields: UnmarkedRootFields
  askPolicies: AskPolicies
}): OperationAccess {
  const { schema, rules, unmarkedRootFields, askPolicies } = options
  const analyses = new LRUCache<string, Known>({ maxSize: MOST_REMEMBERED })
  const verdicts = new LRUCache<string, Verdict>({ maxSize: MOST_REMEMBERED })

  function analyse(key: string, source: string, document: DocumentNode, name: string | undefined) {
    const known = analyses.get(key)
    if (known) return known
    const operation = expandFragments(document, name)
    if (!operation) return null
    const analysis = analyseOperation(operation, schema, rules, unmarkedRootFields)
    const selections = CHARACTERS_PER_SELECTION * countSelections(operation)
    const size = CHARACTERS_PER_OPERATION + source.length + selections
    analyses.set(key, { analysis, size }, { size })
    return { analysis, size }
  }

  return {
    async judge({ queryHash, source, document, operationName, context }) {
      const key = `${queryHash} ${operationName ?? ''}`
      const known = analyse(key, source, document, operationName)
      if (!known) return null
      const { analysis, size } = known
      const { relevant, requirements } = analysis
      if (requirements.size === 0) return { whole: true, key }
      const { policies } = analysis
      const granted = policies.length > 0 ? await askPolicies(policies, context) : NO_POLICIES
      const caller = { principal: context.principal, policies: granted }
      const fingerprint = relevant.map((item) => (holds(caller, item) ? 1 : 0)).join('')
      const verdictKey = `${key} ${fingerprint}`
      const given = verdicts.get(verdictKey)
      if (given) return given
      const verdict = verdictOf(removeUnmet(analysis, caller), queryHash, verdictKey)
      verdicts.set(verdictKey, verdict, { size: verdict.whole ? CHARACTERS_PER_OPERATION : size })
      return verdict
    },
  }
}

function verdictOf(filtered: FilteredOperation, queryHash: string, key: string): Verdict {
  if (filtered.removed.size === 0) return { whole: true, key }
  const { document } = filtered
  const hash = document ? sha256(print(document)) : queryHash
  return { whole: false, filtered, queryHash: hash, key }
}

function countSelections({ selectionSet }: OperationDefinitionNode): number {
  const count = ({ selections }: SelectionSetNode): number =>
    selections.reduce((sum, node) => {
      const below = node.kind === Kind.FRAGMENT_SPREAD ? undefined : node.selectionSet
      return sum + 1 + (below ? count(below) : 0)
    }, 0)
  return count(selectionSet)
}
