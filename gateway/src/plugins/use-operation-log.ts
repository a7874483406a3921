import type { ApolloServerPlugin } from '@apollo/server'
import type { GatewayContext } from '../gateway-context.ts'
import { currentScope, type RequestScope } from '../request-scope.ts'

/** Notes which operation a request turned out to be. */
export function useOperationLog(): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ operation, operationName, queryHash }) => {
        const scope = currentScope()
        if (!scope || !operation) return
        scope.operation = { name: operationName, type: operation.operation, hash: queryHash }
      },
    }),
  }
}

/**
 * One line per GraphQL request: what ran, for whom, how long and how it ended. Never variables,
 * never tokens, never the text of a document, which may hold either.
 */
export function logOperation(scope: RequestScope, status: number, milliseconds: number): void {
  scope.log.info(
    {
      operation: scope.operation ?? null,
      caller: scope.caller ?? null,
      status,
      errorCodes: [...new Set(scope.errorCodes)],
      durationMs: Math.round(milliseconds * 10) / 10,
    },
    'operation',
  )
}
