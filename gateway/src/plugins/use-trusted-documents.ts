import type { ApolloServerPlugin, GraphQLRequest } from '@apollo/server'
import { AppError } from '@logicspike/errors'
import type { KnownDocuments } from '../documents/known-documents.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { withHttpStatus } from '../http-status.ts'

/** What a client calls itself while nobody is signed in; a token tells it for certain. */
const CLIENT_HEADER = 'apollographql-client-name'

export type TrustedDocumentsOptions = {
  readonly documents: Pick<KnownDocuments, 'isTrusted'>
  /** Client ids that may run nothing but documents they have published. */
  readonly requiredFor: ReadonlySet<string>
}

/**
 * Keeps clients to the documents they were built with: whoever gets hold of such a client's token
 * can do what the client does and nothing else. Others may run what they like.
 */
export function useTrustedDocuments({
  documents,
  requiredFor,
}: TrustedDocumentsOptions): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async ({ request }) => ({
      async didResolveOperation({ queryHash, contextValue }) {
        const client = clientOf(request, contextValue)
        if (client === null || !requiredFor.has(client)) return
        if (await isTrusted(documents, client, queryHash)) return
        throw withHttpStatus(
          new AppError('FORBIDDEN', 'This client may run the documents it has published only.'),
        )
      },
    }),
  }
}

function clientOf(request: GraphQLRequest, { principal }: GatewayContext): string | null {
  return principal?.clientId ?? request.http?.headers.get(CLIENT_HEADER) ?? null
}

async function isTrusted(
  documents: TrustedDocumentsOptions['documents'],
  client: string,
  hash: string,
): Promise<boolean> {
  try {
    return await documents.isTrusted(client, hash)
  } catch (error) {
    throw error instanceof AppError ? withHttpStatus(error) : error
  }
}
