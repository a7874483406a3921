import type { Http2Stream } from 'node:http2'
import type { TokenVerifier } from '@logicspike/auth'
import { AppError, badRequest, forbidden, notFound } from '@logicspike/errors'
import type { Logger } from '@logicspike/telemetry'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Dispatcher } from 'undici'
import type { GatewayMetrics } from '../metrics/gateway-metrics.ts'
import type { TraceTrust } from '../observability/incoming-trace.ts'
import type { OriginPolicy } from '../plugins/use-session-cookies.ts'
import { rateLimitHeaders, refusalBy } from '../rate-limits/rate-limit-headers.ts'
import type { RateLimiter } from '../rate-limits/rate-limiter.ts'
import type { StreamDesk } from '../streams/stream-desk.ts'
import { stopping } from '../streams/streams.ts'
import type { ApiKeys } from './api-keys.ts'
import { askService, bodyUpTo, tooLarge } from './ask-service.ts'
import { denialOf } from './decide-access.ts'
import { noteService, type OnProxied, type Visit } from './note-service.ts'
import { headersForService } from './request-headers.ts'
import { parseRequestTarget } from './request-target.ts'
import { sendServiceAnswer } from './send-service-answer.ts'
import { identifyCaller, type ServiceCaller } from './service-caller.ts'
import { refusalHeaders } from './service-refusals.ts'
import type { Service, Services } from './services.ts'
import type { Tunnels } from './tunnels.ts'

export type ServiceRouteOptions = {
  readonly services: Services
  readonly verifier: TokenVerifier
  readonly apiKeys: ApiKeys
  readonly gatewayKey: string | null
  readonly origins: OriginPolicy
  readonly desk: StreamDesk
  readonly tunnels: Tunnels
  readonly rateLimiter?: RateLimiter
  readonly traceTrust?: TraceTrust
  readonly log: Logger
  readonly metrics: Pick<GatewayMetrics, 'serviceAnswered' | 'budgetRefused'>
  readonly onProxied?: OnProxied
}

/** A request that may be passed on. */
export type Admitted = {
  readonly service: Service
  readonly caller: ServiceCaller
  /** As it is sent, after the prefix and with its query. */
  readonly path: string
  readonly headers: string[]
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/**
 * Every address that is not the gateway's own: those of registered services, judged here and passed
 * on as they come. Needs `useWebSockets`, whose handling of upgrades it comes before.
 */
export async function serviceRoutes(http: FastifyInstance, options: ServiceRouteOptions) {
  await http.register(async (scope) => {
    // Bodies are the service's business: they are passed on unread.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    scope.route({
      method: [...METHODS],
      url: '/*',
      exposeHeadRoute: false,
      preHandler: async (request, reply) => {
        if (request.ws) await visit(request, reply, options, openTunnel)
      },
      handler: (request, reply) => visit(request, reply, options, passOn),
    })
  })
}

type Work = (
  request: FastifyRequest,
  reply: FastifyReply,
  options: ServiceRouteOptions,
  visit: Visit,
) => Promise<unknown>

/** Finds the service, and notes what became of the request whichever way it ended. */
async function visit(
  request: FastifyRequest,
  reply: FastifyReply,
  options: ServiceRouteOptions,
  work: Work,
): Promise<unknown> {
  const service = options.services.find(request.url)
  if (!service) throw notFound('address')
  const visit = noteService(request, reply, service, options)
  try {
    return await work(request, reply, options, visit)
  } catch (error) {
    // Nobody is there to be told.
    if (visit.signal.aborted) return reply.hijack()
    if (error instanceof AppError) {
      visit.errorCode = error.code
      reply.headers(refusalHeaders(error, request))
    }
    throw error
  }
}

const passOn: Work = async (request, reply, options, visit) => {
  const { service, caller, ...admitted } = await admit(request, reply, options, visit)
  const { definition, upstreams } = service
  const body = hasBody(request) ? bodyUpTo(definition.maxBodyBytes, request.raw) : null
  const answer = await askService(
    { service: definition.name, upstreams, log: visit.log },
    { ...admitted, method: request.method as Dispatcher.HttpMethod, body },
  )
  return sendServiceAnswer(reply, answer, { caller, desk: options.desk })
}

const openTunnel: Work = async (request, reply, options, visit) => {
  const { desk, origins, tunnels } = options
  const { origin, host } = request.headers
  // As for `/graphql`: nothing but this keeps pages of strangers from opening one.
  if (origin !== undefined && !origins.isAllowed(origin, host)) {
    throw forbidden('a WebSocket of a page that is not allowed')
  }
  if (desk.streams.isStopped) throw stopping()
  const admitted = await admit(request, reply, options, visit)
  return tunnels.open(request, reply, admitted, visit)
}

/** Everything that has to hold before a service hears of a request. @throws AppError */
async function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  options: ServiceRouteOptions,
  visit: Visit,
): Promise<Admitted> {
  const { service } = visit
  const { definition, base, routes } = service
  const target = parseRequestTarget(request.url)
  const path = target.path.slice(base.length)
  const route = routes.match(request.method, path)
  if (!route) throw notFound('address')
  visit.route = route.pattern
  checkBody(request, reply, definition.maxBodyBytes)
  const caller = await identifyCaller(request, options)
  visit.caller = caller
  const denial = denialOf(definition, route.access, caller)
  if (denial) throw denial
  const { gatewayKey, rateLimiter, metrics, traceTrust = 'nobody' } = options
  const headers = headersForService(request, { caller, gatewayKey, prefix: base, traceTrust })
  if (rateLimiter) {
    const { principal } = caller
    const charge = await rateLimiter.charge({ principal, clientIp: request.ip }, definition.cost)
    reply.headers(rateLimitHeaders(charge))
    if (!charge.isAllowed) {
      metrics.budgetRefused(charge.status.name)
      throw refusalBy(charge.status)
    }
  }
  return { service, caller, path: `${path}${target.search}`, headers, signal: visit.signal }
}

const BODILESS = new Set(['GET', 'HEAD'])

/**
 * A body on GET has no meaning (RFC 9110 §9.3.1), and some servers take it for the next request.
 * @throws AppError BAD_REQUEST, PAYLOAD_TOO_LARGE
 */
function checkBody(request: FastifyRequest, reply: FastifyReply, most: number): void {
  if (!hasBody(request)) return
  if (BODILESS.has(request.method)) throw badRequest(`${request.method} takes no body.`)
  if (Number(request.headers['content-length'] ?? 0) <= most) return
  // What follows is not read to its end.
  reply.header('connection', 'close')
  throw tooLarge(most)
}

function hasBody({ headers, raw }: FastifyRequest): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers
  if ('stream' in raw) return !(raw.stream as Http2Stream).endAfterHeaders
  return encoding !== undefined || (length !== undefined && Number(length) !== 0)
}
