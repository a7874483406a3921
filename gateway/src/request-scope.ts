import { AsyncLocalStorage } from 'node:async_hooks'
import type { ErrorCode } from '@logicspike/errors'
import type { Logger } from '@logicspike/telemetry'
import type { Verdict } from './rate-limits/rate-limiter.ts'

/** In cost units; `actual` is absent where no data was answered. */
export type CostOfRequest = { readonly estimated: number; actual?: number }

/** What is noted about a GraphQL request while it is answered, for its line in the log. */
export type RequestScope = {
  readonly requestId: string
  readonly log: Logger
  readonly errorCodes: ErrorCode[]
  /** Errors that stand in the log already. */
  readonly logged: WeakSet<Error>
  /** Absent until the caller is verified, and where that failed. */
  caller?: { kind: 'anonymous' | 'user' | 'service'; userId?: string; workspaceId?: string }
  /** The scarcest budget that the operation is paid from; absent where it is charged to none. */
  budget?: Verdict
  /** Whether there is anything in the `data` of the answer. */
  hasData?: boolean
  /** Absent where the request did not get as far as naming an operation. */
  operation?: {
    name: string | null
    type: string
    hash: string
    /** The client published the document, name and all. */
    published?: true
    removedFields?: number
    /** Parts that were sent later than the first. */
    deferred?: number
    cost?: CostOfRequest
  }
}

const storage = new AsyncLocalStorage<RequestScope>()

/**
 * Runs `work` so that `currentScope` finds this scope in everything it calls. Only for what Apollo
 * Server calls without a context of ours, such as the formatting of errors before there is one.
 */
export function inScope<Value>(scope: RequestScope, work: () => Promise<Value>): Promise<Value> {
  return storage.run(scope, work)
}

export const currentScope = (): RequestScope | undefined => storage.getStore()
