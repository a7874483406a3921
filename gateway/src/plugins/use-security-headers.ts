import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

/** How long a browser may rely on the answer to a preflight. Seconds. */
const PREFLIGHT_MAX_AGE = 600

/**
 * CORS with credentials for the configured origins and nobody else, and the headers that keep
 * browsers from doing more with an API answer than reading it.
 */
export async function useSecurityHeaders(
  http: FastifyInstance,
  options: { corsOrigins: readonly string[]; isSecure: boolean },
): Promise<void> {
  await http.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: 'same-site' },
    // In production there is TLS, here or in front. In development it would turn every service of the host to https.
    strictTransportSecurity: options.isSecure,
  })
  await http.register(cors, {
    origin: [...options.corsOrigins],
    credentials: true,
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'authorization',
      'content-type',
      'apollo-require-preflight',
      'x-api-key',
      'x-request-id',
      'x-request-cost',
    ],
    exposedHeaders: [
      'x-request-id',
      'retry-after',
      'ratelimit-policy',
      'ratelimit-limit',
      'ratelimit-remaining',
      'ratelimit-reset',
    ],
    maxAge: PREFLIGHT_MAX_AGE,
  })
}
