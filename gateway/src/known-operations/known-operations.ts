import type { ApolloServerPlugin } from '@apollo/server'
import {
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import type { GatewayContext } from '../gateway-context.ts'

/** A query that was found valid, and what was found out about it on the way. */
export type KnownOperation = {
  /** That it is valid against. */
  readonly schema: GraphQLSchema
  readonly source: string
  readonly queryHash: string
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
}

/** Queries whose documents need not be hashed, parsed and validated again. */
export type KnownOperations = {
  /** @param operationName as the request has it */
  find(
    schema: GraphQLSchema,
    source: string,
    operationName: string | undefined,
  ): KnownOperation | null
  remember(operation: KnownOperation, operationName: string | undefined): void
}

/** How much is remembered, in characters of documents. */
const MOST_REMEMBERED = 4_000_000
/** What even the shortest counts for, as a parsed document takes kilobytes however short it is. */
const LEAST_SIZE = 1_000

export function createKnownOperations(): KnownOperations {
  const bySource = new LRUCache<string, Map<string | undefined, KnownOperation>>({
    maxSize: MOST_REMEMBERED,
    sizeCalculation: (_, source) => LEAST_SIZE + source.length,
  })
  return {
    find(schema, source, operationName) {
      const operation = bySource.get(source)?.get(operationName)
      return operation?.schema === schema ? operation : null
    },
    remember(operation, operationName) {
      const { source } = operation
      const others = bySource.get(source)
      if (others) others.set(operationName, operation)
      else bySource.set(source, new Map([[operationName, operation]]))
    },
  }
}

/**
 * Notes queries that Apollo Server has parsed and validated. Others than queries always go its way:
 * they are rarer, and more is asked about them.
 */
export function useKnownOperations(known: KnownOperations): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async () => ({
      async executionDidStart({ schema, source, queryHash, document, operation, request }) {
        // Not all that is executed was found: of some documents none of the operations is meant.
        if (operation?.operation !== OperationTypeNode.QUERY) return
        known.remember({ schema, source, queryHash, document, operation }, request.operationName)
      },
    }),
  }
}
