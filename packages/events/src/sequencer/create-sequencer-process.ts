import type { Logger } from '@logicspike/telemetry'
import Fastify from 'fastify'
import { createSequencer, type Sequencer } from './create-sequencer.ts'
import type { SequencerEnvironment } from './environment.ts'
import { createSequencerMetrics } from './sequencer-metrics.ts'

export type SequencerProcess = {
  readonly sequencer: Sequencer
  /** Begins to move events and listens. @returns the port */
  start(): Promise<number>
  stop(): Promise<void>
}

/** A sequencer and what is asked of it over HTTP: `/healthz`, `/readyz`, `/metrics`. */
export function createSequencerProcess(
  environment: SequencerEnvironment,
  log: Logger,
): SequencerProcess {
  const metrics = createSequencerMetrics(() => sequencer.leads)
  const sequencer = createSequencer({
    url: environment.EVENTS_SEQUENCER_URL,
    outboxes: environment.OUTBOX_URLS,
    log,
    onPass: metrics.onPass,
    ...relayOf(environment),
    retention: {
      payloadDays: environment.PAYLOAD_DAYS,
      logDays: environment.LOG_DAYS,
      idDays: environment.EVENT_ID_DAYS,
    },
  })
  const http = Fastify({ forceCloseConnections: true })
  http.get('/healthz', async () => ({ status: 'ok', service: 'events-sequencer' }))
  // One that waits for its turn is ready: it is what it should be.
  http.get('/readyz', async (_, reply) => {
    const { connected, leads } = sequencer
    return reply.code(connected ? 200 : 503).send({
      status: connected ? 'ready' : 'not-ready',
      role: leads ? 'leads' : 'waits',
    })
  })
  http.get('/metrics', async (_, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  )
  return {
    sequencer,
    async start() {
      sequencer.start()
      const address = await http.listen({ port: environment.PORT, host: environment.HOST })
      return Number(new URL(address).port)
    },
    async stop() {
      await sequencer.stop()
      await http.close()
    },
  }
}

function relayOf(environment: SequencerEnvironment) {
  const { NATS_URL: natsUrl, EVENTS_CONSUMER_URL: consumerUrl, NODE_ENV } = environment
  if (!natsUrl || !consumerUrl) return {}
  return { relay: { natsUrl, consumerUrl, production: NODE_ENV === 'production' } }
}
