import type { ApolloServerPlugin } from '@apollo/server'
import type { GatewayContext } from '../gateway-context.ts'
import type { OperationRecord } from '../observability/operation-record.ts'
import { roundedTimes } from '../observability/slow-operations.ts'
import { currentScope, type RequestScope } from '../request-scope.ts'

/**
 * Notes which operation a request turned out to be, how far it has come, and whether it has data.
 * To be the first of those who look at operations: what they do is admitting them.
 * @param isPublished whether a client published the document of this hash
 */
export function useOperationLog(
  isPublished: (hash: string) => boolean,
): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async () => ({
      async didResolveOperation({ operation, operationName, queryHash, contextValue }) {
        contextValue.record?.enter('admit')
        const scope = currentScope()
        if (!scope || !operation) return
        scope.operation = { name: operationName, type: operation.operation, hash: queryHash }
        if (isPublished(queryHash)) scope.operation.published = true
      },
      async willSendResponse({ response: { body } }) {
        const scope = currentScope()
        if (scope && body.kind === 'single') scope.hasData = Boolean(body.singleResult.data)
      },
    }),
  }
}

/**
 * One line per GraphQL request: what ran, for whom, how long and how it ended. Never variables,
 * never tokens, never the text of a document, which may hold either.
 */
export function logOperation(
  scope: RequestScope,
  { transport, stageTimes, fetchCount }: OperationRecord,
  { status, milliseconds }: { status: number; milliseconds: number },
): void {
  scope.log.info(
    {
      operation: scope.operation ?? null,
      caller: scope.caller ?? null,
      transport,
      status,
      errorCodes: [...new Set(scope.errorCodes)],
      fetchCount,
      stagesMs: roundedTimes(stageTimes),
      durationMs: Math.round(milliseconds * 10) / 10,
    },
    'operation',
  )
}
