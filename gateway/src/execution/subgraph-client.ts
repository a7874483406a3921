import type { GatewayContext } from '../gateway-context.ts'
import type { SubgraphError, SubgraphLink } from '../subgraph-links/subgraph-link.ts'

/** One fetch, ready to be sent. */
export type Fetch = {
  readonly subgraph: string
  readonly query: string
  readonly operationName: string | undefined
  readonly kind: 'query' | 'mutation'
  /** JSON text of an object. */
  readonly variables: string
}

export type FetchAnswer = {
  readonly subgraph: string
  /** As received. Where `shared`, others use the same objects: they may not be changed. */
  readonly data: Record<string, unknown> | null
  readonly errors: readonly SubgraphError[]
  /** No string in it needs escaping to be written as JSON. */
  readonly plain: boolean
  readonly shared: boolean
}

/** How an execution reaches subgraphs in the name of a caller. */
export type SubgraphClient = {
  /** @throws AppError where no answer came, or one that is none */
  fetch(fetch: Fetch, context: GatewayContext): Promise<FetchAnswer>
}

export type SubgraphClientOptions = {
  /** @throws AppError where no link leads to it */
  readonly linkTo: (subgraph: string) => SubgraphLink
  /** The headers with which the gateway speaks to a subgraph in the caller's name. */
  readonly headersFor: (
    context: GatewayContext,
    subgraph: string,
  ) => Readonly<Record<string, string>>
  /** Whether this subgraph owns the session and may set cookies. */
  readonly ownsSession: (subgraph: string) => boolean
}

const NO_ERRORS: readonly SubgraphError[] = []

export function createSubgraphClient(options: SubgraphClientOptions): SubgraphClient {
  return {
    async fetch({ subgraph, ...request }, context) {
      const { body, setCookies } = await options.linkTo(subgraph).graphql({
        ...request,
        headers: options.headersFor(context, subgraph),
        signal: context.signal,
      })
      if (setCookies.length > 0 && options.ownsSession(subgraph)) {
        context.setCookies.push(...setCookies)
      }
      return {
        subgraph,
        data: body.data ?? null,
        errors: body.errors ?? NO_ERRORS,
        plain: body.plain ?? false,
        shared: false,
      }
    },
  }
}
