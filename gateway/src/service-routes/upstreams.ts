import type { Logger } from '@logicspike/telemetry'
import { Pool } from 'undici'
import { type CircuitBreaker, createCircuitBreaker } from '../subgraph-links/circuit-breaker.ts'
import { type HealthWatch, watchHealth } from './health.ts'
import type { ServiceDefinition } from './service-definition.ts'
import { takeTurn } from './weighted-turns.ts'

/** A server of a service. */
export type Upstream = {
  readonly origin: string
  readonly pool: Pool
  /** Has to be called once for each turn. @param isFailure the server's fault, not the request's */
  settle(isFailure: boolean): void
}

/** What is known of a server. */
export type UpstreamStatus = {
  readonly service: string
  readonly origin: string
  /** By its health checks, and by what became of requests. */
  readonly isUp: boolean
}

export type Upstreams = {
  statuses(): readonly UpstreamStatus[]
  /** The server whose turn it is; null where none is up. @param except one that has just failed */
  next(except?: Upstream): Upstream | null
  /** Breaks off whatever is under way. */
  close(): Promise<void>
}

type Entry = Upstream & {
  readonly health: HealthWatch
  admits(): boolean
  circuit(): CircuitBreaker['state']
}

/** Node's servers close idle connections after 5 s; used after that, a request would be lost. */
const KEEP_ALIVE_MS = 4_000
const CONNECT_TIMEOUT_MS = 5_000
const CONNECTIONS = 256

/** The servers of a service, which take turns. One that is down, or fails too often, gets none. */
export function createUpstreams(definition: ServiceDefinition, log: Logger): Upstreams {
  const entries = definition.upstreams.map(({ url }) => createEntry(url, definition, log))
  const weights = definition.upstreams.map(({ weight }) => weight)
  let credits: readonly number[] = weights.map(() => 0)

  return {
    statuses: () =>
      entries.map(({ origin, health, circuit }) => ({
        service: definition.name,
        origin,
        isUp: health.isUp && circuit() !== 'open',
      })),
    next(except) {
      const mayTake = entries.map((entry) => entry.health.isUp && entry !== except)
      for (;;) {
        const turn = takeTurn(weights, credits, mayTake)
        const entry = turn.at === null ? undefined : entries[turn.at]
        if (turn.at === null || !entry) return null
        if (entry.admits()) {
          credits = turn.credits
          return entry
        }
        mayTake[turn.at] = false
      }
    },
    async close() {
      for (const { health } of entries) health.stop()
      await Promise.all(entries.map(({ pool }) => pool.destroy()))
    },
  }
}

function createEntry(origin: string, definition: ServiceDefinition, log: Logger): Entry {
  const { name: service, timeoutMs } = definition
  const breaker = createCircuitBreaker()
  const pool = new Pool(origin, {
    connections: CONNECTIONS,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connectTimeout: Math.min(timeoutMs, CONNECT_TIMEOUT_MS),
  })
  return {
    origin,
    pool,
    health: watchHealth({
      pool,
      health: definition.health,
      log: log.child({ service, upstream: origin }),
    }),
    admits: () => breaker.admits(),
    circuit: () => breaker.state,
    settle: (isFailure) => breaker.settle(isFailure),
  }
}
