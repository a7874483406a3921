import type { Clock } from '@logicspike/auth'
import type { FastifyInstance } from 'fastify'
import { createApiKeys, type ExchangeApiKey } from './api-keys.ts'
import { type ServiceRouteOptions, serviceRoutes } from './service.route.ts'
import type { ServiceRegistry } from './service-registry.ts'
import { createServices } from './services.ts'
import { createTunnels } from './tunnels.ts'
import type { UpstreamStatus } from './upstreams.ts'

type Options = Omit<ServiceRouteOptions, 'services' | 'tunnels' | 'apiKeys'> & {
  readonly registry: ServiceRegistry
  readonly exchangeApiKey?: ExchangeApiKey
  readonly clock: Clock
  /** First segments of the gateway's own addresses. */
  readonly reserved: ReadonlySet<string>
}

export type OpenServiceRoutes = {
  upstreams(): readonly UpstreamStatus[]
  /** Before the door closes, which waits for them. */
  stopTunnels(): Promise<void>
  /** Once no request is under way. */
  close(): Promise<void>
}

/**
 * Registers the routes to services, after all others.
 * @throws ServicesError where the services that are declared cannot be served
 */
export async function openServiceRoutes(
  http: FastifyInstance,
  options: Options,
): Promise<OpenServiceRoutes> {
  const { registry, reserved, exchangeApiKey: exchange, clock, desk, log } = options
  const services = await createServices({ registry, reserved, log })
  const tunnels = createTunnels(http, desk)
  const apiKeys = createApiKeys({ exchange, clock })
  await serviceRoutes(http, { ...options, services, tunnels, apiKeys })
  return { upstreams: services.upstreams, stopTunnels: tunnels.stop, close: services.close }
}
