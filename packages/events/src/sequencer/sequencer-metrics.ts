import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Pass } from './drain.ts'

export type SequencerMetrics = {
  readonly registry: Registry
  onPass(pass: Pass): void
}

/** Figures of a sequencer for Prometheus. `leads` is asked when they are read. */
export function createSequencerMetrics(leads: () => boolean): SequencerMetrics {
  const registry = new Registry()
  const registers = [registry]
  const moved = new Counter({
    name: 'events_sequencer_moved_total',
    help: 'Events put in the log',
    registers,
  })
  const known = new Counter({
    name: 'events_sequencer_duplicates_total',
    help: 'Rows of outboxes that were in the log already',
    registers,
  })
  const seconds = new Histogram({
    name: 'events_sequencer_batch_seconds',
    help: 'How long it took to move a batch',
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers,
  })
  const lag = new Gauge({
    name: 'events_sequencer_lag_seconds',
    help: 'Age of the oldest event found in outboxes at the last look',
    labelNames: ['outboxes'],
    registers,
  })
  const failing = new Gauge({
    name: 'events_sequencer_outbox_failing',
    help: '1 for an outbox that could not be read at the last look',
    labelNames: ['service'],
    registers,
  })
  new Gauge({
    name: 'events_sequencer_leader',
    help: '1 for the one that leads',
    registers,
    collect() {
      this.set(leads() ? 1 : 0)
    },
  })
  return {
    registry,
    onPass(pass) {
      lag.set({ outboxes: pass.services.join(',') }, pass.age ?? 0)
      for (const service of pass.services) {
        failing.set({ service }, pass.failing.includes(service) ? 1 : 0)
      }
      if (pass.taken === 0) return
      moved.inc(pass.logged)
      known.inc(pass.taken - pass.logged)
      seconds.observe(pass.seconds)
    },
  }
}
