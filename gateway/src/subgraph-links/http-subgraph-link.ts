import { AppError, upstreamTimeout, upstreamUnavailable } from '@logicspike/errors'
import { Pool } from 'undici'
import { type CircuitBreakerOptions, createCircuitBreaker } from './circuit-breaker.ts'
import { cancellationOf } from './http-client/cancellation.ts'
import { headerLines } from './http-client/header-lines.ts'
import { createHttpClient } from './http-client/http-client.ts'
import { HttpError } from './http-client/http-error.ts'
import type { HttpResponse } from './http-client/response-reader.ts'
import { createHttpStreams } from './http-subgraph-streams.ts'
import { parseSubgraphBody } from './read-subgraph-body.ts'
import { requestText } from './request-text.ts'
import type {
  PlainRequest,
  PlainResponse,
  SubgraphLink,
  SubgraphRequest,
  SubgraphResponse,
} from './subgraph-link.ts'

export type HttpSubgraphLinkOptions = {
  readonly name: string
  /** The GraphQL endpoint; plain routes go to the same origin. */
  readonly url: string
  /** For the whole exchange, from connecting to the last byte. Milliseconds. */
  readonly timeoutMs?: number
  /** Connections at once; more requests than that wait for one. */
  readonly connections?: number
  /** Requests that may wait for a connection; more are refused at once. */
  readonly maxWaiting?: number
  /** Bytes; a longer answer is not read. */
  readonly maxResponseBytes?: number
  readonly breaker?: CircuitBreakerOptions
}

/** Below the 65 s for which subgraphs keep idle connections, so that none is used as it closes. */
const KEEP_ALIVE_MS = 55_000
const CONNECT_TIMEOUT_MS = 5_000
const DEFAULTS = {
  timeoutMs: 10_000,
  connections: 64,
  maxWaiting: 1_000,
  maxResponseBytes: 32 * 1024 * 1024,
}

/**
 * A subgraph over HTTP, by kept-alive connections to its one origin. Redirects are not followed:
 * what is sent includes the gateway's key, which no other host may see. A subgraph that is slow
 * holds no more than its own connections and waiting requests; one that fails is left in peace.
 */
export function createHttpSubgraphLink(options: HttpSubgraphLinkOptions): SubgraphLink {
  const { name, timeoutMs, connections, maxWaiting, maxResponseBytes } = { ...DEFAULTS, ...options }
  const { origin, pathname, search } = new URL(options.url)
  const breaker = createCircuitBreaker(options.breaker)
  const pool = new Pool(origin, {
    connections,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connectTimeout: Math.min(timeoutMs, CONNECT_TIMEOUT_MS),
    maxResponseSize: maxResponseBytes,
  })
  const streams = createHttpStreams({
    origin,
    path: `${pathname}/stream${search}`,
    timeoutMs,
    maxEventBytes: maxResponseBytes,
    bodyOf: requestText,
    asAppError: (error) => asAppError(name, error),
    name,
  })
  const client = createHttpClient({
    url: new URL(options.url),
    timeoutMs,
    connectTimeoutMs: Math.min(timeoutMs, CONNECT_TIMEOUT_MS),
    connections,
    keepAliveMs: KEEP_ALIVE_MS,
    maxResponseBytes,
  })
  let underWay = 0

  function refusal(): AppError | null {
    if (underWay >= connections + maxWaiting) {
      return upstreamUnavailable(`${name} has ${underWay} requests waiting`)
    }
    return breaker.admits()
      ? null
      : upstreamUnavailable(`${name} failed too often; it is not asked now`)
  }

  function settle(isFailure: boolean): void {
    underWay -= 1
    breaker.settle(isFailure)
  }

  function read({ status, setCookies, ...answer }: HttpResponse, request: SubgraphRequest) {
    settle(status >= 500)
    if (request.notes) request.notes.status = status
    return { body: parseSubgraphBody(name, answer), setCookies }
  }

  function ask(request: SubgraphRequest, mayRepeat: boolean): Promise<SubgraphResponse> {
    const { signal, notes } = request
    const headers = headerLines(request.headers)
    const refused = refusal()
    if (refused) return Promise.reject(refused)
    underWay += 1
    if (notes) notes.tries += 1
    return client
      .post({
        headers,
        body: requestText(request),
        cancellation: signal ? cancellationOf(signal) : null,
      })
      .then(
        (response) => read(response, request),
        (error: unknown) => {
          settle(isLate(error) || isConnectionError(error))
          if (mayRepeat && isConnectionError(error)) return ask(request, false)
          throw asAppError(name, error)
        },
      )
  }

  return {
    name,
    graphql: (request) => ask(request, request.kind === 'query'),
    status: () => ({
      circuit: breaker.state,
      underWay,
      waiting: Math.max(0, underWay - connections),
    }),
    subscribe: streams.subscribe,
    http: (request) => passOn(pool, name, request, timeoutMs),
    async close() {
      await Promise.all([client.close(), pool.close(), streams.close()])
    },
  }
}

async function passOn(
  pool: Pool,
  name: string,
  { method, path, headers, body }: PlainRequest,
  timeoutMs: number,
): Promise<PlainResponse> {
  try {
    const response = await pool.request({
      method,
      path,
      headers,
      body,
      signal: AbortSignal.timeout(timeoutMs),
    })
    return { status: response.statusCode, headers: response.headers, body: response.body }
  } catch (error) {
    throw asAppError(name, error)
  }
}

const TIMEOUTS: ReadonlySet<unknown> = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code
/** The reason of `AbortSignal.timeout` is known by its name alone: its `code` is a number. */
const nameOf = (error: unknown): unknown => (error as { name?: unknown } | null)?.name

const isConnectionError = (error: unknown): boolean =>
  error instanceof HttpError && error.kind === 'broken'

function isLate(error: unknown): boolean {
  if (error instanceof HttpError) return error.kind === 'late'
  return TIMEOUTS.has(codeOf(error)) || nameOf(error) === 'TimeoutError'
}

function asAppError(name: string, error: unknown): AppError {
  if (error instanceof AppError) return error
  return isLate(error)
    ? upstreamTimeout(`${name} did not answer in time`, error)
    : upstreamUnavailable(`${name} cannot be reached`, error)
}
