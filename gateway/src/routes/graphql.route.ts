import { HeaderMap } from '@apollo/server'
import type { TokenVerifier } from '@logicspike/auth'
import { forbidden } from '@logicspike/errors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type AskedOperation, answerOperation, type OperationDoor } from '../answer-operation.ts'
import { incomingTrace, type TraceTrust } from '../observability/incoming-trace.ts'
import { useAccessToken } from '../plugins/use-access-token.ts'
import { withDocumentId, withDocumentIdInSearch } from '../plugins/use-document-id.ts'
import { usePlainBodies } from '../plugins/use-plain-bodies.ts'
import { type OriginPolicy, useSessionCookies } from '../plugins/use-session-cookies.ts'
import { rateLimitHeaders } from '../rate-limits/rate-limit-headers.ts'
import { answerEventStream, asksForEvents } from '../streams/event-stream-answer.ts'
import type { StreamDesk } from '../streams/stream-desk.ts'
import { stopping } from '../streams/streams.ts'
import type { WebSockets } from '../streams/web-socket.ts'
import { createCanceller } from '../subgraph-links/http-client/cancellation.ts'
import { isObject } from '../subgraph-links/read-subgraph-body.ts'
import { takesParts } from './multipart-answer.ts'
import { sendAnswer } from './send-answer.ts'

export type GraphQLRouteOptions = OperationDoor & {
  readonly verifier: TokenVerifier
  readonly origins: OriginPolicy
  readonly desk: StreamDesk
  readonly webSockets: WebSockets
  /** Whose trace contexts are gone on from. */
  readonly traceTrust: TraceTrust
}

/**
 * `/graphql`: operations over HTTP, answered in one piece or as an event stream, and over WebSocket.
 * Needs `useWebSockets`.
 */
export function graphqlRoute(http: FastifyInstance, options: GraphQLRouteOptions): void {
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    const asked = askedOf(request, reply, options)
    if (asksForEvents(request)) return answerEventStream(request, reply, asked, options)
    const answered = await answerOperation(options, asked)
    const { budget } = answered.scope
    if (budget) reply.headers(rateLimitHeaders(budget))
    return sendAnswer(reply, answered)
  }
  http.route({
    method: ['POST', 'PUT', 'PATCH', 'DELETE'],
    url: '/graphql',
    onRequest: usePlainBodies,
    handler,
  })
  http.route({
    method: 'GET',
    url: '/graphql',
    onRequest: async (request, reply) => {
      await usePlainBodies(request, reply)
      if (request.ws) checkUpgrade(request, options)
    },
    handler,
    wsHandler: options.webSockets.serve,
  })
}

/**
 * Browsers send WebSocket upgrades across origins without asking, and CORS does not apply to them;
 * that they say where they come from is all there is against hijacking.
 */
function checkUpgrade({ headers }: FastifyRequest, { origins, desk }: GraphQLRouteOptions): void {
  const { origin, host } = headers
  if (origin !== undefined && !origins.isAllowed(origin, host)) {
    throw forbidden('a WebSocket of a page that is not allowed')
  }
  if (desk.streams.isStopped) throw stopping()
}

function askedOf(
  request: FastifyRequest,
  reply: FastifyReply,
  { verifier, origins, traceTrust }: GraphQLRouteOptions,
): AskedOperation {
  const inParts = takesParts(request)
  return {
    transport: 'http',
    trace: incomingTrace(request, traceTrust),
    http: {
      method: request.method,
      headers: headerMap(request, inParts),
      search: withDocumentIdInSearch(searchOf(request.url)),
      body: withDocumentId(request.body),
    },
    ...parametersOf(request),
    signal: signalOf(reply),
    ...(inParts && { deferral: { later: null, onEnd: [] } }),
    identify: () => useAccessToken(request.raw, verifier),
    client: {
      requestId: request.id,
      clientIp: request.ip,
      userAgent: request.headers['user-agent']?.slice(0, 500) ?? null,
      origin: request.headers.origin ?? null,
      sessionCookies: useSessionCookies(request.headers, origins),
    },
  }
}

const searchOf = (url: string): string =>
  url.includes('?') ? new URL(url, 'http://gateway').search : ''

/** Aborted when the connection ends before it has its answer. */
function signalOf({ raw }: FastifyReply): AbortSignal {
  const gone = createCanceller()
  raw.once('close', () => {
    if (!raw.writableEnded) gone.cancel()
  })
  return gone.signal
}

function parametersOf(request: FastifyRequest): { query: unknown; variables: unknown } {
  const parameters = request.method === 'GET' ? request.query : request.body
  const { query, variables } = isObject(parameters) ? parameters : {}
  return { query, variables }
}

/** The first of several parts is answered by Apollo Server like any other answer, as JSON. */
function headerMap(request: FastifyRequest, inParts: boolean): HeaderMap {
  const headers = new HeaderMap()
  for (const [name, value] of Object.entries(request.headers)) {
    // Of HTTP/2, such as `:path`, are no headers to anybody else.
    if (value === undefined || name.startsWith(':')) continue
    headers.set(name, Array.isArray(value) ? value.join(', ') : value)
  }
  if (inParts) headers.set('accept', `${headers.get('accept')}, application/json;q=0.1`)
  return headers
}
