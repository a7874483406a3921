import { AppError, upstreamTimeout, upstreamUnavailable } from '@logicspike/errors'
import { Pool } from 'undici'
import { parseSubgraphBody } from './read-subgraph-body.ts'
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
  /** Bytes; a longer answer is not read. */
  readonly maxResponseBytes?: number
}

/** Below the 65 s for which subgraphs keep idle connections, so that none is used as it closes. */
const KEEP_ALIVE_MS = 55_000
const DEFAULTS = { timeoutMs: 10_000, connections: 64, maxResponseBytes: 32 * 1024 * 1024 }

/**
 * A subgraph over HTTP, by kept-alive connections to its one origin. Redirects are not followed:
 * what is sent includes the gateway's key, which no other host may see.
 */
export function createHttpSubgraphLink(options: HttpSubgraphLinkOptions): SubgraphLink {
  const { name, timeoutMs, connections, maxResponseBytes } = { ...DEFAULTS, ...options }
  const { origin, pathname, search } = new URL(options.url)
  const pool = new Pool(origin, {
    connections,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connectTimeout: Math.min(timeoutMs, 5_000),
    maxResponseSize: maxResponseBytes,
  })

  async function exchange(request: SubgraphRequest): Promise<SubgraphResponse> {
    const { headers, body } = await pool.request({
      method: 'POST',
      path: `${pathname}${search}`,
      headers: {
        ...request.headers,
        'content-type': 'application/json',
        accept: 'application/json',
      },
      body: requestText(request),
      signal: endOf(timeoutMs, request.signal),
    })
    const setCookies = [headers['set-cookie'] ?? []].flat()
    return { body: parseSubgraphBody(name, await body.text()), setCookies }
  }

  return {
    name,
    async graphql(request) {
      try {
        return await exchange(request)
      } catch (error) {
        if (request.kind === 'mutation' || !isConnectionError(error)) throw asAppError(name, error)
      }
      return exchange(request).catch((error: unknown) => {
        throw asAppError(name, error)
      })
    },
    http: (request) => passOn(pool, name, request, timeoutMs),
    close: () => pool.close(),
  }
}

function requestText({ query, variables, operationName }: SubgraphRequest): string {
  const head = JSON.stringify({ query, operationName })
  const text = typeof variables === 'string' ? variables : JSON.stringify(variables)
  return `${head.slice(0, -1)},"variables":${text}}`
}

function endOf(timeoutMs: number, signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs)
  return signal ? AbortSignal.any([timeout, signal]) : timeout
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

const CONNECTION_ERRORS: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
])

const TIMEOUTS: ReadonlySet<unknown> = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code
/** The reason of `AbortSignal.timeout` is known by its name alone: its `code` is a number. */
const nameOf = (error: unknown): unknown => (error as { name?: unknown } | null)?.name

function isConnectionError(error: unknown): boolean {
  return CONNECTION_ERRORS.has(codeOf(error))
}

function asAppError(name: string, error: unknown): AppError {
  if (error instanceof AppError) return error
  const isLate = TIMEOUTS.has(codeOf(error)) || nameOf(error) === 'TimeoutError'
  return isLate
    ? upstreamTimeout(`${name} did not answer in time`, error)
    : upstreamUnavailable(`${name} cannot be reached`, error)
}
