import { type ApolloServerPlugin, HeaderMap } from '@apollo/server'
import { GraphQLError, OperationTypeNode } from 'graphql'
import type { GatewayContext } from '../gateway-context.ts'

/** Keeps mutations out of requests that came by a method that changes nothing. */
export function useReadOnlyRequests(): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ operation, contextValue }) => {
        if (!contextValue.isReadOnly || operation?.operation !== OperationTypeNode.MUTATION) return
        throw new GraphQLError('Mutations need POST.', {
          extensions: {
            code: 'BAD_REQUEST',
            http: { status: 405, headers: new HeaderMap([['allow', 'POST']]) },
          },
        })
      },
    }),
  }
}
