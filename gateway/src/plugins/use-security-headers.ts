import cors from '@fastify/cors'
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet'
import Fastify, { type FastifyInstance } from 'fastify'

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
  const headers = await helmetHeaders({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
    crossOriginResourcePolicy: { policy: 'same-site' },
    // In production there is TLS, here or in front. In development it would turn every service of the host to https.
    strictTransportSecurity: options.isSecure,
  })
  http.addHook('onRequest', (_, reply, done) => {
    reply.headers(headers)
    done()
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

/** Headers that every answer has anyway. */
const OF_ANY_ANSWER: ReadonlySet<string> = new Set([
  ...['connection', 'content-length', 'content-type', 'date'],
])

/** What helmet says, asked once: it is the same for each answer, and saying it takes a while. */
async function helmetHeaders(options: FastifyHelmetOptions): Promise<Record<string, string>> {
  const http = Fastify()
  await http.register(helmet, options)
  http.get('/', () => '')
  const { headers } = await http.inject('/')
  await http.close()
  const own = Object.entries(headers).filter(([name]) => !OF_ANY_ANSWER.has(name))
  return Object.fromEntries(own.map(([name, value]) => [name, String(value)]))
}
