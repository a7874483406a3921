import type { Readable } from 'node:stream'

/** One fetch of a query plan. `query` is what the planner wrote, not the client. */
export type SubgraphRequest = {
  readonly query: string
  /** An object, or the JSON text of one. */
  readonly variables: Readonly<Record<string, unknown>> | string
  readonly operationName: string | undefined
  /** A mutation may have had its effect although no answer came, so it is never repeated. */
  readonly kind: 'query' | 'mutation'
  /** Lower-case names, one value each; all of them written by the gateway. */
  readonly headers: Readonly<Record<string, string>>
  /** Ends the exchange when nobody waits for it any more. */
  readonly signal?: AbortSignal | undefined
}

/** An error as a subgraph tells it: nothing in it is to be trusted to be fit for clients. */
export type SubgraphError = {
  readonly message?: unknown
  readonly path?: unknown
  readonly extensions?: unknown
}

export type SubgraphResponse = {
  readonly body: {
    readonly data?: Record<string, unknown> | null
    readonly errors?: readonly SubgraphError[]
    /** No string in it needs escaping to be written as JSON: its text has no backslash. */
    readonly plain?: boolean
  }
  readonly setCookies: readonly string[]
}

/** A plain HTTP request, passed on as it is. */
export type PlainRequest = {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readable | null
}

export type PlainResponse = {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Readable
}

/**
 * The way to one subgraph: over the network or inside the process. Both throw only AppErrors with
 * UPSTREAM_UNAVAILABLE or UPSTREAM_TIMEOUT, and neither knows anything about clients.
 */
export type SubgraphLink = {
  readonly name: string
  graphql(request: SubgraphRequest): Promise<SubgraphResponse>
  http(request: PlainRequest): Promise<PlainResponse>
  /** Lets requests under way end, then frees connections. */
  close(): Promise<void>
}
