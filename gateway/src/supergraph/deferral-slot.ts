import type { DeferredParts } from '../execution/deferred/execute-deferred.ts'
import type { JsonObject } from '../execution/json.ts'

/**
 * Where the later parts of an answer are put. A request that brings one with it can be answered in
 * parts; where nothing is put here, its answer is whole.
 */
export type DeferralSlot = {
  later: LaterParts | null
  /** Called once, when all was sent or the client has gone, with the data of what was sent. */
  readonly onEnd: ((sent: JsonObject) => void)[]
}

export type LaterParts = {
  /** Data of the first part. */
  readonly first: JsonObject
  /** Those after it; to be read to their end, or returned. */
  readonly parts: AsyncGenerator<DeferredParts, void>
  /** The client's label of a fragment. */
  labelOf(fragment: number): string | null
}
