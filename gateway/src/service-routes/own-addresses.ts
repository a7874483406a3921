import type { FastifyInstance } from 'fastify'

/** Those of the platform that are not routes here, or not in every gateway. */
const OTHERS = [
  'api',
  'assets',
  'auth',
  'communication',
  'console',
  'dev',
  'graphiql',
  'graphql',
  'healthz',
  'internal',
  'metrics',
  'oauth',
  'readyz',
  'webhooks',
]

/**
 * First segments of the gateway's own addresses, which no service may take: those of every route that
 * is registered from now on, and of others that belong to the platform.
 */
export function collectOwnAddresses(http: FastifyInstance): ReadonlySet<string> {
  const segments = new Set(OTHERS)
  http.addHook('onRoute', ({ url }) => {
    const [, first = ''] = url.split('/')
    if (first !== '' && first !== '*') segments.add(first)
  })
  return segments
}
