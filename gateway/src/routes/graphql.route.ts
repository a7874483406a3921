import { Readable } from 'node:stream'
import { type ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server'
import type { TokenVerifier } from '@logicspike/auth'
import { AppError } from '@logicspike/errors'
import type { Logger } from '@logicspike/telemetry'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { GatewayContext } from '../gateway-context.ts'
import { answeredStatus, withHttpStatus } from '../http-status.ts'
import { type Caller, useAccessToken } from '../plugins/use-access-token.ts'
import type { CheckLimits } from '../plugins/use-operation-limits.ts'
import { logOperation } from '../plugins/use-operation-log.ts'
import { type OriginPolicy, useSessionCookies } from '../plugins/use-session-cookies.ts'
import { inScope, type RequestScope } from '../request-scope.ts'
import { isObject } from '../subgraph-links/read-subgraph-body.ts'

export type GraphQLRouteOptions = {
  readonly apollo: ApolloServer<GatewayContext>
  readonly verifier: TokenVerifier
  /** Throws where a document is over a limit. */
  readonly checkLimits: CheckLimits
  readonly origins: OriginPolicy
  readonly log: Logger
}

/**
 * `/graphql`. Apollo Server judges the request (method, media type, CSRF); then, in the making of
 * the context, the document's size and the caller; then it parses, validates and executes.
 */
export function graphqlRoute(http: FastifyInstance, options: GraphQLRouteOptions): void {
  http.route({
    method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    url: '/graphql',
    handler: async (request, reply) => {
      const startedAt = performance.now()
      const log = options.log.child({ requestId: request.id })
      const scope: RequestScope = {
        requestId: request.id,
        log,
        errorCodes: [],
        logged: new WeakSet(),
      }
      const setCookies: string[] = []
      const signal = signalOf(reply)
      const response = await inScope(scope, () =>
        options.apollo.executeHTTPGraphQLRequest({
          httpGraphQLRequest: {
            method: request.method,
            headers: headerMap(request),
            search: new URL(request.url, 'http://gateway').search,
            body: request.body,
          },
          context: () => contextOf(request, options, scope, { setCookies, signal }),
        }),
      )
      const status = answeredStatus(response, scope.errorCodes)
      logOperation(scope, status, performance.now() - startedAt)
      return send(reply.code(status), response, setCookies)
    },
  })
}

async function contextOf(
  request: FastifyRequest,
  { verifier, checkLimits, origins }: GraphQLRouteOptions,
  scope: RequestScope,
  answer: Pick<GatewayContext, 'setCookies' | 'signal'>,
): Promise<GatewayContext> {
  try {
    const { query, variables } = parametersOf(request)
    checkLimits(query, variables)
    const caller = await useAccessToken(request.raw, verifier)
    scope.caller = describe(caller)
    return {
      ...caller,
      requestId: request.id,
      clientIp: request.ip,
      userAgent: request.headers['user-agent']?.slice(0, 500) ?? null,
      origin: request.headers.origin ?? null,
      sessionCookies: useSessionCookies(request.headers, origins),
      ...answer,
      log: scope.log,
    }
  } catch (error) {
    throw error instanceof AppError ? withHttpStatus(error) : error
  }
}

/** Aborted when the connection ends before it has its answer. */
function signalOf({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort()
  })
  return gone.signal
}

function parametersOf(request: FastifyRequest): { query?: unknown; variables?: unknown } {
  const parameters = request.method === 'GET' ? request.query : request.body
  return isObject(parameters) ? parameters : {}
}

function describe({ principal }: Caller): NonNullable<RequestScope['caller']> {
  if (!principal) return { kind: 'anonymous' }
  const { kind, userId, workspaceId } = principal
  return { kind, ...(userId && { userId }), ...(workspaceId && { workspaceId }) }
}

function headerMap(request: FastifyRequest): HeaderMap {
  const headers = new HeaderMap()
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  return headers
}

function send(reply: FastifyReply, response: HTTPGraphQLResponse, setCookies: readonly string[]) {
  reply.header('cache-control', 'no-store')
  for (const [name, value] of response.headers) reply.header(name, value)
  if (setCookies.length > 0) reply.header('set-cookie', [...setCookies])
  const { body } = response
  return reply.send(body.kind === 'complete' ? body.string : Readable.from(body.asyncIterator))
}
