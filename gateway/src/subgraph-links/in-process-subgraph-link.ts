import { AppError, upstreamTimeout, upstreamUnavailable } from '@logicspike/errors'
import type { FastifyInstance } from 'fastify'
import { parseSubgraphBody } from './read-subgraph-body.ts'
import type { PlainRequest, PlainResponse, SubgraphLink, SubgraphRequest } from './subgraph-link.ts'

/** The part of a subgraph server that is called in the same process. */
export type InProcessSubgraph = {
  executeInProcess(request: {
    query: string
    variables: Readonly<Record<string, unknown>>
    operationName: string | undefined
    headers: Readonly<Record<string, string>>
  }): Promise<{
    result: object
    headers: { readonly 'set-cookie'?: readonly string[] | undefined }
  }>
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

  async function exchange({ query, variables, operationName, headers }: SubgraphRequest) {
    const values = typeof variables === 'string' ? JSON.parse(variables) : variables
    const request = { query, variables: values, operationName, headers }
    const answer = await subgraph.executeInProcess(request)
    const body = parseSubgraphBody(name, JSON.stringify(answer.result))
    return { body, setCookies: answer.headers['set-cookie'] ?? [] }
  }

  return {
    name,
    graphql: (request) => within(name, timeoutMs, exchange(request)),
    http: (request) => within(name, timeoutMs, inject(subgraph.http, request)),
    close: async () => undefined,
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
