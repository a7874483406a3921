import { GATEWAY_KEY_HEADER, type GatewayKeyring } from '@logicspike/auth'
import { unauthenticated } from '@logicspike/errors'
import { parseCookies } from '@logicspike/subgraph-server'
import { acceptRequestId, type Logger } from '@logicspike/telemetry'
import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import type { RequestFacts } from '../context.ts'

/**
 * The door of the plain routes, the same as of GraphQL: only who holds a gateway key comes in, so
 * that what the gateway says of the client (its address) can be believed.
 */
export const requireGatewayKey =
  (keyring: GatewayKeyring): onRequestAsyncHookHandler =>
  async (request) => {
    if (!keyring.verify(request.headers[GATEWAY_KEY_HEADER])) {
      throw unauthenticated('route called without a valid gateway key')
    }
  }

/** What a plain route knows of its request. No access token is looked at here. */
export function routeFacts(
  request: FastifyRequest,
  reply: FastifyReply,
  log: Logger,
): RequestFacts {
  const requestId = acceptRequestId(request.headers['x-request-id'])
  return {
    actor: null,
    accessToken: null,
    requestId,
    clientIp: single(request.headers['x-client-ip']),
    userAgent: request.headers['user-agent'] ?? null,
    origin: request.headers.origin ?? null,
    cookies: parseCookies(request.headers.cookie),
    setCookie: (header) => void reply.header('set-cookie', header),
    log: log.child({ requestId }),
  }
}

const single = (value: string | readonly string[] | undefined): string | null =>
  typeof value === 'string' ? value : null
