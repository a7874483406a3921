import type { Readable } from 'node:stream'
import type { CircuitBreaker } from './circuit-breaker.ts'

/** One fetch of a query plan. `query` is what the planner wrote, not the client. */
export type SubgraphRequest = {
  readonly query: string
  /** An object, or the JSON text of one. */
  readonly variables: Readonly<Record<string, unknown>> | string
  readonly operationName: string | undefined
  /** The JSON text of the request up to its variables, where somebody has made it already. */
  readonly beginning?: string
  /** A mutation may have had its effect although no answer came, so it is never repeated. */
  readonly kind: 'query' | 'mutation'
  /** Lower-case names, one value each; all of them written by the gateway. */
  readonly headers: Readonly<Record<string, string>>
  /** Ends the exchange when nobody waits for it any more. */
  readonly signal?: AbortSignal | undefined
  /** Filled in on the way, where somebody wants to know. */
  readonly notes?: ExchangeNotes | undefined
}

/** What is noted of an exchange. */
export type ExchangeNotes = {
  /** HTTP status of the answer; null where there was none, or no HTTP. */
  status: number | null
  tries: number
}

/** An error as a subgraph tells it: nothing in it is to be trusted to be fit for clients. */
export type SubgraphError = {
  readonly message?: unknown
  readonly path?: unknown
  readonly extensions?: unknown
}

/** One fetch that opens a subscription, and what ends it. */
export type SubgraphStreamRequest = Pick<
  SubgraphRequest,
  'query' | 'variables' | 'operationName' | 'headers'
> & {
  /** Fires when nobody listens any more. */
  readonly signal: AbortSignal
}

/**
 * What the source of a subscription says at one time. With errors and without `data` it is the last
 * thing it says: the subscription was refused, or cannot go on.
 */
export type SourceEvent = {
  readonly data?: Record<string, unknown> | null
  readonly errors?: readonly SubgraphError[]
  /** `cursor` is where to go on after this event, for streams that can be resumed. */
  readonly extensions?: { readonly cursor?: unknown } | undefined
}

export type SubgraphResponse = {
  readonly body: {
    readonly data?: Record<string, unknown> | null
    readonly errors?: readonly SubgraphError[]
    /** All strings in it are ASCII and need no escaping: so is its text, and has no backslash. */
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

/** How it stands with the way to a subgraph. */
export type LinkStatus = {
  readonly circuit: CircuitBreaker['state']
  /** Requests sent and not answered, those that wait included. */
  readonly underWay: number
  /** Requests that wait for a connection. */
  readonly waiting: number
}

/**
 * The way to one subgraph: over the network or inside the process. Both throw only AppErrors with
 * UPSTREAM_UNAVAILABLE or UPSTREAM_TIMEOUT, and neither knows anything about clients.
 */
export type SubgraphLink = {
  readonly name: string
  /** Absent where there is nothing to wait for. */
  readonly status?: () => LinkStatus
  graphql(request: SubgraphRequest): Promise<SubgraphResponse>
  /**
   * Opens a subscription. Nothing is read ahead: while nobody asks for the next event, its source
   * waits. Iterating throws AppErrors like the rest; it ends without one when `signal` fires.
   */
  subscribe(request: SubgraphStreamRequest): Promise<AsyncIterable<SourceEvent>>
  http(request: PlainRequest): Promise<PlainResponse>
  /** Lets requests under way end, then frees connections. */
  close(): Promise<void>
}
