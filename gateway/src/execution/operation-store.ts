import type { DocumentNode } from 'graphql'
import { print } from 'graphql'
import { LRUCache } from 'lru-cache'
import type { Planner } from '../planning/planner.ts'
import {
  type PreparationEnvironment,
  type PreparedOperation,
  prepareOperation,
} from './prepare-operation.ts'

export type OperationRequest = {
  /** Of the document's text. */
  readonly queryHash: string
  readonly document: DocumentNode
  readonly operationName: string | undefined
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

type Known = { readonly request: OperationRequest; readonly operation: PreparedOperation }

export function createOperationStore(
  planner: Planner,
  environment: PreparationEnvironment,
): OperationStore {
  const ready = new LRUCache<string, Known>({ maxSize: MOST_REMEMBERED })
  const coming = new Map<string, Promise<PreparedOperation>>()

  async function make(key: string, request: OperationRequest): Promise<PreparedOperation> {
    const { document, operationName } = request
    const text = print(document)
    const plan = await planner.plan(text, operationName)
    const operation = prepareOperation(document, operationName, plan, environment)
    ready.set(key, { request, operation }, { size: text.length })
    return operation
  }

  return {
    known: (request) => ready.get(keyOf(request))?.operation,
    prepare(request) {
      const key = keyOf(request)
      const known = ready.get(key)
      if (known) return Promise.resolve(known.operation)
      const awaited = coming.get(key)
      if (awaited) return awaited
      const making = make(key, request).finally(() => coming.delete(key))
      coming.set(key, making)
      return making
    },
    requests: () => [...ready.values()].map(({ request }) => request),
  }
}

const keyOf = ({ queryHash, operationName }: OperationRequest): string =>
  `${queryHash} ${operationName ?? ''}`
