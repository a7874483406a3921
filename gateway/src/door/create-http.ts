import type { SecureServerOptions } from 'node:http2'
import type { Logger } from '@logicspike/telemetry'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { asAppError, sendError } from '../plugins/use-http-errors.ts'
import { requestIdOf } from '../plugins/use-request-id.ts'
import type { HttpLimits } from './http-limits.ts'
import { type Certificate, secureContextOf } from './tls-certificate.ts'

export type HttpOptions = {
  readonly log: Logger
  /** Addresses or CIDR ranges of proxies whose `x-forwarded-for` is believed. */
  readonly trustedProxies: readonly string[]
  readonly maxBodyBytes: number
  readonly limits: HttpLimits
  /** With one the server speaks TLS: HTTP/2, and HTTP/1.1 to clients that know nothing else. */
  readonly certificate: Certificate | undefined
}

/** Longer than load balancers keep theirs, so that none sends into a closing connection. */
const KEEP_ALIVE_MS = 75_000
const HANDSHAKE_MS = 10_000
/** Of one HTTP/2 connection, after which it is ended. */
const MOST_INVALID_FRAMES = 100

/** The server that takes requests, before it knows any route. */
export function createHttp(options: HttpOptions): FastifyInstance {
  const { log, trustedProxies, maxBodyBytes, limits, certificate } = options
  const http = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    // A logger for each request costs more than all lines that most requests write.
    childLoggerFactory: (logger) => logger,
    genReqId: requestIdOf,
    requestIdHeader: false,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    bodyLimit: maxBodyBytes,
    frameworkErrors: (error, request, reply) => sendError(request, reply, asAppError(error)),
    // While closing, kept-alive connections get their last answer and `connection: close`.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    ...(certificate && http2Options(limits, certificate)),
  })
  // Set here, as Node takes them as options of servers for HTTP/1.1 alone.
  Object.assign(http.server, {
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: limits.headerBytes,
    requireHostHeader: true,
  })
  return http
}

/** Nothing of it in the type: requests and answers of HTTP/2 can do all that those of HTTP/1.1 can. */
const http2Options = (limits: HttpLimits, certificate: Certificate): object => ({
  http2: true,
  https: http2ServerOptions(limits, certificate),
})

/**
 * Of floods of resets, pings, settings and CONTINUATION frames Node takes care itself: nghttp2 ends
 * connections that reset more than 1,000 streams in a burst or 33 in a second (CVE-2023-44487),
 * leave 10 pings or 32 settings unanswered, or hold more than 10 MB.
 */
const http2ServerOptions = (limits: HttpLimits, certificate: Certificate): SecureServerOptions => ({
  ...secureContextOf(certificate),
  allowHTTP1: true,
  handshakeTimeout: HANDSHAKE_MS,
  maxSessionInvalidFrames: MOST_INVALID_FRAMES,
  settings: {
    maxConcurrentStreams: limits.concurrentStreams,
    maxHeaderListSize: limits.headerBytes,
    enablePush: false,
  },
})
