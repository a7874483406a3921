import { AppError } from '@logicspike/errors'
import type { GatewayContext } from '../gateway-context.ts'
import type { GatewayMetrics } from '../metrics/gateway-metrics.ts'
import type { FetchOutcome } from '../observability/operation-record.ts'
import type { FetchSpan } from '../observability/operation-spans.ts'
import type { SourceEvent, SubgraphError, SubgraphLink } from '../subgraph-links/subgraph-link.ts'
import { createFlights } from './flights.ts'
import { joinFetches } from './join-fetches.ts'
import { createNumbers } from './numbers.ts'
import { identityText, type Sharing } from './sharing.ts'

/** One fetch, ready to be sent. */
export type Fetch = {
  readonly subgraph: string
  readonly query: string
  readonly operationName: string | undefined
  /** The JSON text of the request up to its variables. */
  readonly beginning?: string
  readonly kind: 'query' | 'mutation'
  /** JSON text of an object. */
  readonly variables: string
  /** What it is put together of, where it asks for entities. */
  readonly entities?: {
    /** The execution it belongs to: it is joined with none of another. */
    readonly run: object
    /** Names and JSON texts of the operation's variables. */
    readonly variables: readonly (readonly [name: string, text: string])[]
    /** JSON text of a list. */
    readonly representations: string
  }
}

export type FetchAnswer = {
  readonly subgraph: string
  /** As received. Where `shared`, others use the same objects: they may not be changed. */
  readonly data: Record<string, unknown> | null
  readonly errors: readonly SubgraphError[]
  /** All strings in it are ASCII and need no escaping to be written as JSON. */
  readonly plain: boolean
  readonly shared: boolean
}

/** @throws AppError where no answer came, or one that is none */
export type SendFetch = (
  fetch: Fetch,
  context: GatewayContext,
  signal: AbortSignal | undefined,
) => Promise<FetchAnswer>

/** How an execution reaches subgraphs in the name of a caller. */
export type SubgraphClient = {
  /** @throws AppError where no answer came, or one that is none */
  fetch(fetch: Fetch, context: GatewayContext): Promise<FetchAnswer>
  /**
   * Opens a subscription.
   * @param after the cursor to go on after; null to begin as the arguments say
   * @throws AppError where it could not be opened
   */
  subscribe(
    fetch: Omit<Fetch, 'kind'>,
    context: GatewayContext,
    end: { readonly after: string | null; readonly signal: AbortSignal },
  ): Promise<AsyncIterable<SourceEvent>>
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
  readonly metrics: GatewayMetrics
}

const NO_ERRORS: readonly SubgraphError[] = []

export function createSubgraphClient(
  options: SubgraphClientOptions & { readonly sharing: Sharing },
): SubgraphClient {
  const { linkTo, headersFor, ownsSession, sharing, metrics } = options
  const flights = createFlights<FetchAnswer>()
  const identities = createNumbers()
  const documents = createNumbers()

  const ask = joinFetches(send)

  async function send(
    fetch: Fetch,
    context: GatewayContext,
    signal: AbortSignal | undefined,
  ): Promise<FetchAnswer> {
    const { subgraph } = fetch
    const startedAt = performance.now()
    const span = context.record?.spans?.fetch(subgraph)
    let outcome: FetchOutcome = 'ok'
    try {
      const answer = await exchange(fetch, context, signal, span)
      if (answer.errors.length > 0) outcome = 'errors'
      return answer
    } catch (error) {
      outcome = outcomeOf(error, signal)
      throw error
    } finally {
      const milliseconds = performance.now() - startedAt
      metrics.fetchesFrom(subgraph).ended(outcome, milliseconds)
      context.record?.fetched(subgraph, outcome, startedAt, milliseconds)
      span?.end(outcome)
    }
  }

  async function exchange(
    { subgraph, entities: _, ...request }: Fetch,
    context: GatewayContext,
    signal: AbortSignal | undefined,
    span: FetchSpan | undefined,
  ): Promise<FetchAnswer> {
    const identity = headersFor(context, subgraph)
    const headers = span ? { ...identity, ...span.headers } : identity
    const asked = { ...request, headers, signal, notes: span?.notes }
    const { body, setCookies } = await linkTo(subgraph).graphql(asked)
    if (setCookies.length > 0 && ownsSession(subgraph)) context.setCookies.push(...setCookies)
    return {
      subgraph,
      data: body.data ?? null,
      errors: body.errors ?? NO_ERRORS,
      plain: body.plain ?? false,
      shared: false,
    }
  }

  async function share(fetch: Fetch, context: GatewayContext): Promise<FetchAnswer> {
    const { subgraph, query, variables } = fetch
    const identity = identityText(headersFor(context, subgraph))
    const key = `${identities.of(identity)} ${documents.of(query)} ${subgraph} ${variables}`
    const startedAt = performance.now()
    let isOwn = false
    const landing = flights.join(key, context.signal, (signal) => {
      isOwn = true
      return ask(fetch, context, signal)
    })
    const { value, shared } = await landing.finally(context.onAnswer)
    if (!isOwn) {
      metrics.fetchesFrom(subgraph).shared()
      context.record?.sharedFetch(subgraph, startedAt)
    }
    return shared ? { ...value, shared } : value
  }

  /** Whoever asks after a change is answered from after it, never by a query sent before. */
  const change = (fetch: Fetch, context: GatewayContext): Promise<FetchAnswer> =>
    send(fetch, context, context.signal).finally(flights.close)

  return {
    fetch(fetch, context) {
      if (fetch.kind === 'mutation') return change(fetch, context)
      // Cookies that come with an answer to the session's bearer are for one request.
      const isOwn = ownsSession(fetch.subgraph) && context.sessionCookies !== null
      return sharing === 'none' || isOwn
        ? ask(fetch, context, context.signal)
        : share(fetch, context)
    },
    subscribe({ subgraph, ...request }, context, { after, signal }) {
      const headers = headersFor(context, subgraph)
      const resumed = after === null ? headers : { ...headers, 'last-event-id': after }
      return linkTo(subgraph).subscribe({ ...request, headers: resumed, signal })
    },
  }
}

function outcomeOf(error: unknown, signal: AbortSignal | undefined): FetchOutcome {
  if (signal?.aborted) return 'abandoned'
  if (!(error instanceof AppError)) return 'failed'
  if (error.code === 'UPSTREAM_TIMEOUT') return 'timeout'
  return error.code === 'UPSTREAM_UNAVAILABLE' ? 'unavailable' : 'failed'
}
