import type { ApolloServerPlugin } from '@apollo/server'
import type { TokenVerifier } from '@logicspike/auth'

/** The bearer token that a request came with, beside whatever a subgraph's context holds. */
export type WithToken = { readonly accessToken: string | null }

/**
 * Looks at the token of a mutation once more, before anything of it runs: what is known of
 * revocations must be recent, or those who know are asked, or it fails.
 */
export function verifiedChanges(verifier: TokenVerifier): ApolloServerPlugin<WithToken> {
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
