import { AppError } from '@logicspike/errors'
import type { DocumentNode } from 'graphql'
import { print } from 'graphql'
import { LRUCache } from 'lru-cache'
import { expandFragments } from '../authorization/expand-fragments.ts'
import type { OperationRecord } from '../observability/operation-record.ts'
import type { Planner } from '../planning/planner.ts'
import { separateDeferred } from './deferred/defer-keys.ts'
import { numberDeferred } from './deferred/deferred-fragments.ts'
import {
  type Choice,
  type Choices,
  choicesIn,
  choicesOf,
  withChoices,
} from './operation-choices.ts'
import {
  type PreparationEnvironment,
  type PreparedOperation,
  prepareOperation,
} from './prepare-operation.ts'
import { simplifyOperation } from './simplify-operation.ts'

export type OperationRequest = {
  /** Of the document's text. */
  readonly queryHash: string
  readonly document: DocumentNode
  readonly operationName: string | undefined
  /** As sent. What they choose by `@skip` and `@include` makes operations of their own. */
  readonly variables: Readonly<Record<string, unknown>> | undefined
  /** Numbers of the fragments that are sent later than the rest; see deferrableIn. */
  readonly deferred?: ReadonlySet<number> | undefined
}

/** Operations made ready for one supergraph. */
export type OperationStore = {
  /** The operation where it is ready already. */
  known(request: OperationRequest): PreparedOperation | undefined
  /**
   * Plans and compiles an operation once, however many ask for it at the same time.
   * @throws Error where it cannot be planned
   */
  prepare(request: OperationRequest): Promise<PreparedOperation>
  /** The operations that are ready, those used last first. */
  requests(): OperationRequest[]
}

/** How much is remembered, in characters of documents; what is made of one takes some times that. */
const MOST_REMEMBERED = 4_000_000
/**
 * What even the shortest counts for. Of one with two fields some 20 KB are kept, so that short ones
 * that are different each time would fill the memory long before their characters were too many.
 */
const LEAST_SIZE = 1_000

const REFUSED_FOR_MS = 600_000
const MOST_CHOICES_REMEMBERED = 10_000

type Known = { readonly request: OperationRequest; readonly operation: PreparedOperation }

export function createOperationStore(
  planner: Planner,
  environment: PreparationEnvironment,
): OperationStore {
  const ready = new LRUCache<string, Known>({ maxSize: MOST_REMEMBERED })
  const coming = new Map<string, Promise<PreparedOperation>>()
  /** What took too long to plan is not tried again for a while: one thread plans for everybody. */
  const refused = new LRUCache<string, AppError>({ max: 1_000, ttl: REFUSED_FOR_MS })
  const choices = new LRUCache<string, readonly Choice[]>({ max: MOST_CHOICES_REMEMBERED })

  function choicesOfDocument(key: string, { document, operationName }: OperationRequest) {
    const known = choices.get(key)
    if (known) return known
    const operation = expandFragments(document, operationName)
    const found = operation ? choicesIn(operation) : []
    choices.set(key, found)
    return found
  }

  /** The key of what a request asks for, and what it chose. */
  function keyed(request: OperationRequest): { key: string; chosen: Choices } {
    const key = keyOf(request)
    const found = choicesOfDocument(key, request)
    if (found.length === 0) return { key, chosen: {} }
    const chosen = choicesOf(found, request.variables)
    return { key: `${key} ${JSON.stringify(chosen)}`, chosen }
  }

  async function make(
    key: string,
    request: OperationRequest,
    chosen: Choices,
  ): Promise<PreparedOperation> {
    const { document, operationName, deferred } = request
    const { schema, keys } = environment
    const expanded = expandFragments(document, operationName)
    if (!expanded) throw new Error('there is no operation of that name to be planned')
    const asked = numberDeferred(expanded, deferred ?? NONE)
    const whole = keys.rename(simplifyOperation(withChoices(asked, chosen), schema))
    const renamed = deferred ? separateDeferred(whole, keys) : whole
    const text = print(document)
    const plan = await planner.plan(print(renamed.operation), operationName)
    const operation = prepareOperation(asked, renamed, plan, environment)
    const size = LEAST_SIZE + text.length
    ready.set(key, { request: { ...request, variables: chosen }, operation }, { size })
    return operation
  }

  /** The planner fails on some operations for what is deferred in them; these are answered whole. */
  async function makeAnyhow(
    key: string,
    request: OperationRequest,
    chosen: Choices,
  ): Promise<PreparedOperation> {
    try {
      return await make(key, request, chosen)
    } catch (error) {
      if (!request.deferred || error instanceof AppError) throw error
      return make(key, { ...request, deferred: undefined }, chosen)
    }
  }

  return {
    known: (request) => ready.get(keyed(request).key)?.operation,
    prepare(request) {
      const { key, chosen } = keyed(request)
      const known = ready.get(key)
      if (known) return Promise.resolve(known.operation)
      const awaited = coming.get(key)
      if (awaited) return awaited
      const refusal = refused.get(key)
      if (refusal) return Promise.reject(refusal)
      const making = makeAnyhow(key, request, chosen)
        .catch((error: unknown) => {
          if (error instanceof AppError) refused.set(key, error)
          throw error
        })
        .finally(() => coming.delete(key))
      coming.set(key, making)
      return making
    },
    requests: () => [...ready.values()].map(({ request }) => request),
  }
}

/**
 * Prepares an operation that somebody waits for.
 * @throws Error where it cannot be planned
 */
export function planNow(
  store: OperationStore,
  asked: OperationRequest,
  record: OperationRecord | undefined,
): Promise<PreparedOperation> {
  record?.enter('plan')
  return store.prepare(asked)
}

const NONE: ReadonlySet<number> = new Set()

function keyOf({ queryHash, operationName, deferred }: OperationRequest): string {
  const key = `${queryHash} ${operationName ?? ''}`
  return deferred ? `${key} ${[...deferred].join()}` : key
}
