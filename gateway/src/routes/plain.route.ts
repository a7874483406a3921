import { Readable } from 'node:stream'
import { GATEWAY_KEY_HEADER } from '@logicspike/auth'
import { AppError, badRequest, notFound } from '@logicspike/errors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { usePlainBodies } from '../plugins/use-plain-bodies.ts'
import { type OriginPolicy, useSessionCookies } from '../plugins/use-session-cookies.ts'
import type { PlainResponse, SubgraphLink } from '../subgraph-links/subgraph-link.ts'

export type PlainRouteOptions = {
  readonly subgraphs: Readonly<Record<string, SubgraphLink>>
  readonly gatewayKey: string
  readonly origins: OriginPolicy
  readonly maxBodyBytes: number
}

/** What is passed on to one subgraph. */
type PlainRoutes = {
  readonly subgraph: string
  readonly paths: readonly string[]
  /** Client headers that its routes read. Everything else stays outside. */
  readonly headers: readonly string[]
  /** Whether it sees the session cookie. */
  readonly ownsSession: boolean
}

const PLAIN_ROUTES: readonly PlainRoutes[] = [
  // Client authentication (RFC 6749 §2.3) is in `authorization`, so that is not judged here.
  {
    subgraph: 'identity',
    paths: ['/oauth/*', '/auth/*', '/.well-known/openid-configuration', '/.well-known/jwks.json'],
    headers: ['accept', 'authorization', 'content-type', 'origin', 'user-agent'],
    ownsSession: true,
  },
  // Called by mail programs (RFC 8058), who are nobody here: the link itself says what it may do.
  {
    subgraph: 'communication',
    paths: ['/communication/unsubscribe'],
    headers: ['accept', 'content-type'],
    ownsSession: false,
  },
]

/**
 * A path made of plain segments. Anything a server further on might read as another path (dots,
 * encoded slashes, doubled slashes, backslashes) is none: behind a subgraph's own routes lie others
 * that are not for clients, and this door opens with the gateway's key.
 */
const PLAIN_PATH = /^(?:\/(?:\.well-known|[A-Za-z0-9_~-][A-Za-z0-9._~-]*))+$/

/** Headers of the answers that clients get. */
const TO_CLIENT = [
  'cache-control',
  'content-security-policy',
  'content-type',
  'etag',
  'location',
  'pragma',
  'retry-after',
  'set-cookie',
  'www-authenticate',
] as const

/**
 * What is plain HTTP by its standard: the OAuth and OpenID Connect endpoints, the Google sign-in,
 * unsubscribing from mails. It is passed on as it comes, with headers made as for GraphQL.
 */
export async function plainRoutes(
  http: FastifyInstance,
  options: PlainRouteOptions,
): Promise<void> {
  await http.register(async (scope) => {
    // Bodies are forms or JSON and none of the gateway's business: they are passed on unread.
    scope.addHook('onRequest', usePlainBodies)
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    for (const routes of PLAIN_ROUTES) {
      const link = options.subgraphs[routes.subgraph]
      if (!link) continue
      for (const url of routes.paths) {
        scope.route({
          method: ['GET', 'POST'],
          url,
          handler: (request, reply) => passOn(request, reply, { ...options, ...routes, link }),
        })
      }
    }
  })
}

type Passing = PlainRouteOptions & PlainRoutes & { readonly link: SubgraphLink }

async function passOn(request: FastifyRequest, reply: FastifyReply, passing: Passing) {
  const [path = ''] = request.url.split('?')
  if (!PLAIN_PATH.test(path)) throw notFound('address')
  const response = await passing.link.http({
    method: request.method,
    path: request.url,
    headers: headersOf(request, passing),
    body: bodyOf(request, passing.maxBodyBytes),
  })
  return send(reply, response)
}

function headersOf(request: FastifyRequest, passing: Passing): Record<string, string> {
  const passed = passing.headers.flatMap((name): [string, string][] => {
    const value = request.headers[name]
    return typeof value === 'string' ? [[name, value]] : []
  })
  const cookie = passing.ownsSession ? useSessionCookies(request.headers, passing.origins) : null
  return {
    ...Object.fromEntries(passed),
    ...(cookie && { cookie }),
    [GATEWAY_KEY_HEADER]: passing.gatewayKey,
    'x-request-id': request.id,
    'x-client-ip': request.ip,
  }
}

function bodyOf(request: FastifyRequest, maxBytes: number): Readable | null {
  if (!(request.body instanceof Readable)) return null
  const length = Number(request.headers['content-length'] ?? Number.NaN)
  if (Number.isNaN(length)) throw badRequest('A request with a body says how long it is.')
  if (length > maxBytes) {
    throw new AppError('PAYLOAD_TOO_LARGE', 'The request body is too large.')
  }
  return request.body
}

function send(reply: FastifyReply, { status, headers, body }: PlainResponse) {
  reply.code(status)
  for (const name of TO_CLIENT) {
    const value = headers[name]
    if (value !== undefined) reply.header(name, value)
  }
  return reply.send(body)
}
