import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { print } from 'graphql'
import { PlatformError, type PlatformErrorEntry } from './client-error.ts'
import type { TokenSource } from './token-source.ts'

export type PlatformClientOptions = {
  /** Origin of the platform, for example `https://api.example.com`. */
  readonly url: string
  /** Left out for what anybody may ask. */
  readonly tokens?: TokenSource
  /** The workspace this client acts in; left out to act as the person alone. */
  readonly workspaceId?: string
  readonly fetch?: typeof globalThis.fetch
}

export type PlatformClient = {
  /**
   * Runs one operation and returns its data, typed by the document.
   * @throws PlatformError where the answer has errors; `data` on it is what was answered beside them
   */
  execute<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables?: Variables,
  ): Promise<Data>
  /** The same client in another workspace. Tokens are per workspace, so both can be used at once. */
  inWorkspace(workspaceId: string): PlatformClient
}

type Answer = { readonly data?: unknown; readonly errors?: readonly PlatformErrorEntry[] }

/** A client of the platform's GraphQL endpoint. */
export function createPlatformClient(options: PlatformClientOptions): PlatformClient {
  return {
    async execute(document, variables) {
      const answer = await post(options, { query: print(document), variables })
      if (answer.errors?.length) throw new PlatformError(answer.errors, answer.data)
      return answer.data as never
    },
    inWorkspace: (workspaceId) => createPlatformClient({ ...options, workspaceId }),
  }
}

/** Sends once more with a fresh token where the first was refused: it may just have been revoked. */
async function post(options: PlatformClientOptions, body: object): Promise<Answer> {
  const first = await send(options, body)
  if (!options.tokens || !isUnauthenticated(first)) return first
  options.tokens.forget(options.workspaceId)
  return send(options, body)
}

async function send(options: PlatformClientOptions, body: object): Promise<Answer> {
  const token = await options.tokens?.accessToken(options.workspaceId)
  const response = await (options.fetch ?? globalThis.fetch)(new URL('/graphql', options.url), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  })
  return (await response.json()) as Answer
}

/** Only where the request as a whole was refused; a mutation that ran is never sent twice. */
function isUnauthenticated({ data, errors }: Answer): boolean {
  return !data && errors?.[0]?.extensions?.code === 'UNAUTHENTICATED'
}
