import type { ApolloServerPlugin } from '@apollo/server'
import type { TokenVerifier } from '@logicspike/auth'
import type { GatewayContext } from '../gateway-context.ts'

/**
 * Looks at the token of a mutation once more, before anything is planned: what is known of
 * revocations must be recent, or those who know are asked, or it fails. Queries go on until the
 * end of their token.
 */
export function useFreshRevocations(verifier: TokenVerifier): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ operation, contextValue: { accessToken } }) => {
        if (operation?.operation === 'mutation' && accessToken) {
          await verifier.verifyForChange(accessToken)
        }
      },
    }),
  }
}
