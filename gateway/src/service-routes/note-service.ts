import type { ErrorCode } from '@logicspike/errors'
import type { Logger } from '@logicspike/telemetry'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { GatewayMetrics } from '../metrics/gateway-metrics.ts'
import { describeCaller, type ServiceCaller } from './service-caller.ts'
import type { Service } from './services.ts'

/** What is counted of a request to a service, once it is over. */
export type Proxied = {
  readonly service: string
  /** 101 of a WebSocket; 499 where the client went before it had its answer. */
  readonly status: number
  readonly durationMs: number
}
export type OnProxied = (proxied: Proxied) => void

/** A request to a service, from its first byte to its last, for its line in the log. */
export type Visit = {
  readonly service: Service
  readonly log: Logger
  /** Aborted when the client goes before it has its answer. */
  readonly signal: AbortSignal
  /** The pattern of the route, never the path, which may hold secrets. */
  route: string | null
  caller: ServiceCaller | null
  errorCode: ErrorCode | null
  /** Writes the line. Called when the answer has ended, unless a WebSocket took its place. */
  end(status: number): void
  /** From now on the end of the answer is not the end of the visit. */
  takeOver(): void
}

type ServiceObservers = {
  readonly log: Logger
  readonly metrics: Pick<GatewayMetrics, 'serviceAnswered'>
  readonly onProxied?: OnProxied
}

/** Nobody was there to be answered; the sign that nginx gives. */
const CLIENT_GONE = 499

/**
 * Begins a visit: holds the service's connections, and writes one line when all is over. Never
 * queries, headers or bodies.
 */
export function noteService(
  request: FastifyRequest,
  reply: FastifyReply,
  service: Service,
  { log: parentLog, metrics, onProxied }: ServiceObservers,
): Visit {
  const startedAt = performance.now()
  const release = service.hold()
  const log = parentLog.child({ requestId: request.id })
  const gone = new AbortController()
  const { name } = service.definition
  let isOver = false

  const visit: Visit = {
    service,
    log,
    signal: gone.signal,
    route: null,
    caller: null,
    errorCode: null,
    end(status) {
      if (isOver) return
      isOver = true
      release()
      const durationMs = Math.round((performance.now() - startedAt) * 10) / 10
      const { route, caller, errorCode } = visit
      log.info(
        {
          service: name,
          method: request.method,
          route,
          caller: caller && describeCaller(caller),
          status,
          ...(errorCode && { errorCode }),
          durationMs,
        },
        'service request',
      )
      const statusClass = `${Math.floor(status / 100)}xx`
      metrics.serviceAnswered({ service: name, statusClass, milliseconds: durationMs })
      onProxied?.({ service: name, status, durationMs })
    },
    takeOver() {
      reply.raw.off('close', onClose)
    },
  }

  function onClose(): void {
    // Over HTTP/2, what was reset is finished too.
    const isWhole = reply.raw.writableEnded && reply.raw.writableFinished
    if (!isWhole) gone.abort()
    visit.end(isWhole || reply.raw.headersSent ? reply.raw.statusCode : CLIENT_GONE)
  }
  reply.raw.once('close', onClose)
  return visit
}
