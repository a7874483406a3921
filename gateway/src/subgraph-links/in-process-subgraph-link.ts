import { AppError, upstreamTimeout, upstreamUnavailable } from '@logicspike/errors'
import type { FastifyInstance } from 'fastify'
import { parseSourceEvent, parseSubgraphBody, textOf } from './read-subgraph-body.ts'
import type {
  PlainRequest,
  PlainResponse,
  SourceEvent,
  SubgraphLink,
  SubgraphRequest,
  SubgraphStreamRequest,
} from './subgraph-link.ts'

type InProcessRequest = {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
  readonly operationName: string | undefined
  readonly headers: Readonly<Record<string, string>>
}

/** The part of a subgraph server that is called in the same process. */
export type InProcessSubgraph = {
  executeInProcess(request: InProcessRequest): Promise<{
    result: object
    headers: { readonly 'set-cookie'?: readonly string[] | undefined }
  }>
  /** Nothing is read ahead; `signal` and `return()` of the events end it. */
  subscribeInProcess(
    request: InProcessRequest & { readonly signal: AbortSignal },
  ): Promise<
    | { readonly ok: true; readonly events: AsyncIterable<object> }
    | { readonly ok: false; readonly result: object }
  >
  readonly http: FastifyInstance
}

export type InProcessSubgraphLinkOptions = {
  readonly name: string
  readonly subgraph: InProcessSubgraph
  /** Milliseconds until the gateway stops waiting. The subgraph's work itself cannot be stopped. */
  readonly timeoutMs?: number
}

/**
 * A subgraph in the same process. It is asked through the same door as over HTTP (same headers,
 * same checks), and its answer takes the same way through JSON, so that what works in one mode
 * works in the other and nothing of it is shared between requests.
 */
export function createInProcessSubgraphLink(options: InProcessSubgraphLinkOptions): SubgraphLink {
  const { name, subgraph, timeoutMs = 10_000 } = options

  async function exchange(request: SubgraphRequest) {
    const answer = await subgraph.executeInProcess(asAsked(request))
    const body = parseSubgraphBody(name, textOf(answer.result))
    return { body, setCookies: answer.headers['set-cookie'] ?? [] }
  }

  return {
    name,
    graphql: (request) => within(name, timeoutMs, exchange(request)),
    async subscribe(request) {
      const { signal } = request
      const asked = subgraph.subscribeInProcess({ ...asAsked(request), signal })
      const stream = await within(name, timeoutMs, asked)
      return sourceEvents(name, stream.ok ? stream.events : [stream.result], signal)
    },
    http: (request) => within(name, timeoutMs, inject(subgraph.http, request)),
    close: async () => undefined,
  }
}

function asAsked({
  query,
  variables,
  operationName,
  headers,
}: SubgraphStreamRequest | SubgraphRequest) {
  const values = typeof variables === 'string' ? JSON.parse(variables) : variables
  return { query, variables: values, operationName, headers }
}

async function* sourceEvents(
  name: string,
  events: AsyncIterable<object> | Iterable<object>,
  signal: AbortSignal,
): AsyncGenerator<SourceEvent> {
  try {
    for await (const event of events) yield parseSourceEvent(name, JSON.stringify(event))
  } catch (error) {
    if (signal.aborted) return
    throw error instanceof AppError ? error : upstreamUnavailable(`${name} threw`, error)
  }
}

async function inject(
  http: FastifyInstance,
  { method, path, headers, body }: PlainRequest,
): Promise<PlainResponse> {
  const response = await http.inject({
    method: method as 'GET',
    url: path,
    headers: { ...headers },
    ...(body && { payload: body }),
    payloadAsStream: true,
  })
  return {
    status: response.statusCode,
    headers: Object.fromEntries(
      Object.entries(response.headers).map(([key, value]) => [
        key,
        typeof value === 'number' ? String(value) : value,
      ]),
    ),
    body: response.stream(),
  }
}

/** @throws AppError UPSTREAM_TIMEOUT after so many milliseconds, UPSTREAM_UNAVAILABLE if it throws */
async function within<Value>(
  name: string,
  timeoutMs: number,
  work: Promise<Value>,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const error = upstreamTimeout(`${name} did not answer in time`)
    timer = setTimeout(() => reject(error), timeoutMs)
  })
  try {
    return await Promise.race([work, late])
  } catch (error) {
    const isOurs = error instanceof AppError && error.code.startsWith('UPSTREAM_')
    throw isOurs ? error : upstreamUnavailable(`${name} threw`, error)
  } finally {
    clearTimeout(timer)
  }
}
