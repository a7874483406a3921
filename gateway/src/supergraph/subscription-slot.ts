import type { GraphQLSchema } from 'graphql'
import type { PreparedStream } from '../execution/prepare-stream.ts'

/**
 * Where a subscription that may begin is put. A request that brings one with it may ask for a
 * subscription; its own answer is empty then, and what is put here is to be opened.
 */
export type SubscriptionSlot = {
  prepared: {
    readonly stream: PreparedStream
    /** Of the generation that planned it. */
    readonly schema: GraphQLSchema
  } | null
}
