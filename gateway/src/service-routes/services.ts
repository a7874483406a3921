import type { Logger } from '@logicspike/telemetry'
import { createRouteTable, type RouteTable } from './route-table.ts'
import { parseServices, type ServiceDefinition } from './service-definition.ts'
import type { ServiceRegistry } from './service-registry.ts'
import { createUpstreams, type UpstreamStatus, type Upstreams } from './upstreams.ts'

/** A service as it is declared, and the ways to it. */
export type Service = {
  readonly definition: ServiceDefinition
  /** `/blog` of `/blog/*`. */
  readonly base: string
  readonly routes: RouteTable
  readonly upstreams: Upstreams
  /** Keeps the ways open for a request, even where the service is declared anew. Returns how to let go. */
  hold(): () => void
  /** Closes the ways as soon as nobody holds them. */
  retire(): Promise<void>
}

export type Services = {
  /** The service whose prefix a path begins with; null where there is none. */
  find(path: string): Service | null
  upstreams(): readonly UpstreamStatus[]
  close(): Promise<void>
}

/**
 * The services that are declared now. A new declaration is taken as a whole or refused; services that
 * stand in it as before keep their connections and what is known of their servers.
 * @throws ServicesError where the first declaration does not hold
 */
export async function createServices(options: {
  registry: ServiceRegistry
  /** First segments of the gateway's own addresses. */
  reserved: ReadonlySet<string>
  log: Logger
}): Promise<Services> {
  const { registry, reserved, log } = options
  let current = succeed([], parseServices(await registry.read(), reserved), log)

  function take(declared: unknown): void {
    try {
      current = succeed(current, parseServices(declared, reserved), log)
      log.info({ services: current.map(({ definition }) => definition.name) }, 'services updated')
    } catch (error) {
      log.error({ err: error }, 'services update refused; the last ones stay')
    }
  }

  const stopWatching = registry.watch(take)
  return {
    find: (path) => current.find(({ base }) => path.startsWith(`${base}/`)) ?? null,
    upstreams: () => current.flatMap(({ upstreams }) => upstreams.statuses()),
    async close() {
      stopWatching()
      await Promise.all(current.map((service) => service.retire()))
    },
  }
}

function succeed(
  before: readonly Service[],
  definitions: readonly ServiceDefinition[],
  log: Logger,
): readonly Service[] {
  const unchanged = new Map(before.map((service) => [JSON.stringify(service.definition), service]))
  const after = definitions.map(
    (definition) => unchanged.get(JSON.stringify(definition)) ?? createService(definition, log),
  )
  for (const service of before) {
    if (after.includes(service)) continue
    service.retire().catch((error: unknown) => log.warn({ err: error }, 'a service was not closed'))
  }
  return after
}

function createService(definition: ServiceDefinition, log: Logger): Service {
  const upstreams = createUpstreams(definition, log)
  const released = Promise.withResolvers<void>()
  let holders = 0
  let isRetired = false
  const settle = () => {
    if (isRetired && holders === 0) released.resolve()
  }
  return {
    definition,
    base: definition.prefix.slice(0, -'/*'.length),
    routes: createRouteTable(definition.routes),
    upstreams,
    hold() {
      holders += 1
      let isHeld = true
      return () => {
        if (!isHeld) return
        isHeld = false
        holders -= 1
        settle()
      }
    },
    async retire() {
      isRetired = true
      settle()
      await released.promise
      await upstreams.close()
    },
  }
}
