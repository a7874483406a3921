import { badRequest, internal as internalError } from '@logicspike/errors'
import { type InternalServer, internalFailure } from '@logicspike/internal-api'
import { acceptRequestId, type Logger } from '@logicspike/telemetry'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import type { SubgraphRequest, SubgraphResponse } from './request.ts'
import { addSseRoute, type SseRoute } from './streams/sse-route.ts'
import type { SubgraphStream, SubgraphStreamRequest } from './streams/stream.ts'

type Options = {
  readonly name: string
  readonly execute: (request: SubgraphRequest) => Promise<SubgraphResponse>
  readonly subscribe: (request: SubgraphStreamRequest) => Promise<SubgraphStream>
  readonly internal: InternalServer
  readonly log: Logger
  readonly readiness: Readonly<Record<string, () => Promise<void>>>
  readonly metrics?: MetricsSource
  readonly routes?: (http: FastifyInstance) => void
}

/** What Prometheus is told; a `Registry` of prom-client is one. */
export type MetricsSource = { readonly contentType: string; metrics(): Promise<string> }

/** The gateway keeps idle connections for 55 s; ours must outlive them, or it meets a reset. */
const KEEP_ALIVE_MS = 65_000

/**
 * HTTP side of a subgraph: `/graphql`, `/graphql/stream`, `/internal/*`, `/healthz`, `/readyz`,
 * `/metrics` and own routes.
 */
export function createHttpServer(options: Options): {
  readonly http: FastifyInstance
  readonly sse: SseRoute
} {
  const http = Fastify({
    keepAliveTimeout: KEEP_ALIVE_MS,
    bodyLimit: 2 * 1024 * 1024,
    forceCloseConnections: 'idle',
  })
  http.post('/graphql', async (request, reply) => {
    const { result, headers } = await options.execute(parseBody(request))
    if (headers['set-cookie'].length > 0) reply.header('set-cookie', [...headers['set-cookie']])
    return result
  })
  const sse = addSseRoute(http, parseBody, options.subscribe)
  http.post<{ Params: { name: string } }>('/internal/:name', async (request, reply) => {
    const headers = {
      gatewayKey: singleHeader(request.headers['x-gateway-key']),
      requestId: acceptRequestId(request.headers['x-request-id']),
    }
    try {
      return reply.send(await options.internal.answer(request.params.name, request.body, headers))
    } catch (error) {
      const { status, body } = internalFailure(error)
      options.log[status === 500 ? 'error' : 'info']({ err: error }, 'internal call refused')
      return reply.code(status).send(body)
    }
  })
  http.get('/healthz', async () => ({ status: 'ok', service: options.name }))
  const { metrics } = options
  if (metrics) {
    http.get('/metrics', async (_, reply) =>
      reply.type(metrics.contentType).send(await metrics.metrics()),
    )
  }
  http.get('/readyz', async (_, reply) => {
    const parts = await checkReadiness(options.readiness)
    const ready = Object.values(parts).every((state) => state === 'ready')
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not-ready', parts })
  })
  http.setErrorHandler((error, request, reply) => {
    const { status, body } = internalFailure(asAppError(error))
    if (status === 500) options.log.error({ err: error, url: request.url }, 'a route failed')
    return reply.code(status).send(body)
  })
  options.routes?.(http)
  return { http, sse }
}

function asAppError(error: unknown): unknown {
  const status = (error as { statusCode?: unknown }).statusCode
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return badRequest('The request is malformed.')
  }
  return error
}

async function checkReadiness(
  checks: Options['readiness'],
): Promise<Record<string, 'ready' | 'not-ready'>> {
  const outcomes = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const state = await check().then(
        () => 'ready' as const,
        () => 'not-ready' as const,
      )
      return [name, state] as const
    }),
  )
  return Object.fromEntries(outcomes)
}

function parseBody(request: FastifyRequest): SubgraphRequest {
  const body = request.body
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw badRequest('A GraphQL request is a JSON object.')
  }
  const { query, variables, operationName } = body as Record<string, unknown>
  if (typeof query !== 'string') throw badRequest('A GraphQL request has a query.')
  return {
    query,
    variables: isObject(variables) ? variables : undefined,
    operationName: typeof operationName === 'string' ? operationName : undefined,
    headers: singleHeaders(request),
  }
}

/** A repeated header has no one meaning here, so it is refused rather than joined. */
function singleHeaders(request: FastifyRequest): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, singleHeader(value)]),
  )
}

function singleHeader(value: string | string[] | undefined): string | undefined {
  if (Array.isArray(value)) throw internalError('a header came more than once')
  return value
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
