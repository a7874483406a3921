import { Readable } from 'node:stream'
import { GATEWAY_KEY_HEADER } from '@logicspike/auth'
import { AppError, badRequest, notFound } from '@logicspike/errors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type OriginPolicy, useSessionCookies } from '../plugins/use-session-cookies.ts'
import type { PlainResponse, SubgraphLink } from '../subgraph-links/subgraph-link.ts'

export type IdentityRouteOptions = {
  readonly identity: SubgraphLink
  readonly gatewayKey: string
  readonly origins: OriginPolicy
  readonly maxBodyBytes: number
}

const PATHS = [
  '/oauth/*',
  '/auth/*',
  '/.well-known/openid-configuration',
  '/.well-known/jwks.json',
] as const

/**
 * A path made of plain segments. Anything a server further on might read as another path (dots,
 * encoded slashes, doubled slashes, backslashes) is none: behind identity's own routes lie others
 * that are not for clients, and this door opens with the gateway's key.
 */
const PLAIN_PATH = /^(?:\/(?:\.well-known|[A-Za-z0-9_~-][A-Za-z0-9._~-]*))+$/

/** Client headers that identity's plain routes read. Everything else stays outside. */
const TO_IDENTITY = ['accept', 'authorization', 'content-type', 'origin', 'user-agent'] as const

/** Headers of identity's answers that clients get. */
const TO_CLIENT = [
  'cache-control',
  'content-type',
  'etag',
  'location',
  'pragma',
  'retry-after',
  'set-cookie',
  'www-authenticate',
] as const

/**
 * The OAuth and OpenID Connect endpoints and the Google sign-in, which are plain HTTP by their
 * standards. They are passed on to identity as they come, with headers made as for GraphQL:
 * client authentication (RFC 6749 §2.3) is in `authorization`, so that is not judged here.
 */
export async function identityRoute(
  http: FastifyInstance,
  options: IdentityRouteOptions,
): Promise<void> {
  await http.register(async (scope) => {
    // Bodies are forms or JSON and none of the gateway's business: they are passed on unread.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    for (const url of PATHS) {
      scope.route({
        method: ['GET', 'POST'],
        url,
        handler: (request, reply) => passOn(request, reply, options),
      })
    }
  })
}

async function passOn(request: FastifyRequest, reply: FastifyReply, options: IdentityRouteOptions) {
  const [path = ''] = request.url.split('?')
  if (!PLAIN_PATH.test(path)) throw notFound('address')
  const response = await options.identity.http({
    method: request.method,
    path: request.url,
    headers: headersOf(request, options),
    body: bodyOf(request, options.maxBodyBytes),
  })
  return send(reply, response)
}

function headersOf(request: FastifyRequest, options: IdentityRouteOptions): Record<string, string> {
  const passed = TO_IDENTITY.flatMap((name): [string, string][] => {
    const value = request.headers[name]
    return value === undefined ? [] : [[name, value]]
  })
  const cookie = useSessionCookies(request.headers, options.origins)
  return {
    ...Object.fromEntries(passed),
    ...(cookie && { cookie }),
    [GATEWAY_KEY_HEADER]: options.gatewayKey,
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
