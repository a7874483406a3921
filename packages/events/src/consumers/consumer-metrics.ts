import { Gauge, Registry } from 'prom-client'
import type { ConsumerStatus, EventConsumer } from './consumer-options.ts'

const gauges = [
  {
    name: 'logicspike_consumer_lag_events',
    help: 'Positions between the consumer and the head of the event log',
    measure: (status: ConsumerStatus) => status.lag,
  },
  {
    name: 'logicspike_consumer_age_seconds',
    help: 'How long the oldest event that is not handled has been in the log',
    measure: (status: ConsumerStatus) => status.ageSeconds,
  },
  {
    name: 'logicspike_consumer_parked_events',
    help: 'Events the consumer gave up on, which wait for an operator',
    measure: (status: ConsumerStatus) => status.parked,
  },
  {
    name: 'logicspike_consumer_blocked',
    help: '1 while a parked event blocks the consumer',
    measure: (status: ConsumerStatus) => Number(status.blockedBy !== null),
  },
] as const

/**
 * Lag, age and parked events of each consumer, asked for when they are collected. A consumer whose
 * database does not answer is left out.
 */
export function consumerMetrics(
  consumers: readonly EventConsumer[],
  registry: Registry = new Registry(),
): Registry {
  const statuses = shared(() => Promise.all(consumers.map(statusOf)))
  for (const { name, help, measure } of gauges) {
    const gauge: Gauge<'consumer'> = new Gauge({
      ...{ name, help, labelNames: ['consumer'], registers: [registry] },
      async collect() {
        gauge.reset()
        for (const { consumer, status } of await statuses()) {
          if (status) gauge.set({ consumer }, measure(status))
        }
      },
    })
  }
  return registry
}

const statusOf = async (consumer: EventConsumer) => ({
  consumer: consumer.name,
  status: await consumer.status().catch(() => null),
})

/** Calls at the same time share one answer: every gauge asks for itself. */
function shared<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let asking: Promise<Value> | undefined
  return () => {
    asking ??= ask().finally(() => {
      asking = undefined
    })
    return asking
  }
}
