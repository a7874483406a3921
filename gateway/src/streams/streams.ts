import { AppError } from '@logicspike/errors'
import type { GraphQLSchema } from 'graphql'
import type { GatewayContext } from '../gateway-context.ts'
import type { GatewayMetrics } from '../metrics/gateway-metrics.ts'
import type { RequestScope } from '../request-scope.ts'
import type { SubscriptionSlot } from '../supergraph/subscription-slot.ts'
import { createLiveGroups } from './live-groups.ts'
import { type OpenStream, openStream } from './open-stream.ts'
import type { StreamBudgets } from './stream-budgets.ts'
import type { Ending } from './stream-end.ts'
import type { StreamLimits } from './stream-limits.ts'

export type StreamRequest = {
  readonly prepared: NonNullable<SubscriptionSlot['prepared']>
  readonly context: GatewayContext
  /** The cursor with which the client came back, if any. */
  readonly after: string | null
  readonly scope: RequestScope
  readonly transport: 'sse' | 'websocket'
}

/** Every stream of this gateway. */
export type Streams = {
  /**
   * @throws AppError SERVICE_UNAVAILABLE once the gateway stops, UPSTREAM_UNAVAILABLE or
   *   UPSTREAM_TIMEOUT where the source cannot be opened
   */
  open(request: StreamRequest): Promise<OpenStream>
  /** Ends what was planned on another schema. */
  supergraphChanged(schema: GraphQLSchema): void
  /** Tells every client to go on elsewhere. None is opened after it. */
  stop(): void
  readonly isStopped: boolean
}

export function createStreams(
  limits: StreamLimits,
  budgets: StreamBudgets,
  metrics: GatewayMetrics,
): Streams {
  const metricsOver = {
    sse: metrics.streamsOver('sse'),
    websocket: metrics.streamsOver('websocket'),
  }
  const open = new Map<OpenStream, GraphQLSchema>()
  const groups = createLiveGroups(limits.reopenings)
  let current: GraphQLSchema | null = null
  let stopped = false

  /** What happened while the source was being opened counts as well. */
  function endingOf(schema: GraphQLSchema): Ending | null {
    if (stopped) return 'draining'
    return current !== null && schema !== current ? 'schema-reloaded' : null
  }

  return {
    async open({ prepared, context, after, scope, transport }) {
      if (stopped) throw stopping()
      const startedAt = performance.now()
      const { stream, schema } = prepared
      const opened = await openStream({
        stream,
        open: stream.open,
        after,
        context,
        scope,
        limits,
        budgets,
        onSent: metricsOver[transport].sent,
        group: groups.groupOf(stream, context),
      })
      open.set(opened, schema)
      metricsOver[transport].started()
      const endSpan = context.record?.spans?.stream(transport)
      void opened.over.then(({ end, sent, cost }) => {
        open.delete(opened)
        metricsOver[transport].ended(end)
        endSpan?.(end, sent)
        const seconds = Math.round((performance.now() - startedAt) / 1000)
        logStream(scope, { transport, end, sent, cost, seconds })
      })
      const ending = endingOf(schema)
      if (ending) opened.end(ending)
      return opened
    },
    supergraphChanged(schema) {
      current = schema
      for (const [stream, planned] of open) if (planned !== schema) stream.end('schema-reloaded')
    },
    stop() {
      stopped = true
      for (const stream of open.keys()) stream.end('draining')
    },
    get isStopped() {
      return stopped
    },
  }
}

export const stopping = (): AppError =>
  new AppError('SERVICE_UNAVAILABLE', 'The service is about to stop. Try again.')

/** One line per stream, at its end. Never cursors, variables or tokens. */
function logStream({ log, operation, caller }: RequestScope, facts: object): void {
  log.info({ operation: operation ?? null, caller: caller ?? null, ...facts }, 'stream ended')
}
