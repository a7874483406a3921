import type { Logger } from '@logicspike/telemetry'
import type { Queryable } from '../log/connection.ts'
import { pause } from '../log/pause.ts'
import { type RelayOptions, relayToNats } from '../nats/relay-to-nats.ts'
import { createCaughtUp } from './caught-up.ts'
import { provideDays } from './days.ts'
import { drain, type Pass } from './drain.ts'
import { elect } from './elect.ts'
import { sourcesOf } from './outbox-source.ts'
import { applyRetention, assertRetention, defaultRetention, type Retention } from './retention.ts'

export type SequencerOptions = {
  /** As `events_sequencer` of the log's database. Not through a pooler: its session is the lock. */
  readonly url: string
  /** As `events_sequencer` where each service has its outbox, by service. */
  readonly outboxes: Readonly<Record<string, string>>
  readonly log: Logger
  /** Most rows of one outbox moved at a time; default 1,000. */
  readonly batchSize?: number
  /** Longest pause between looks at empty outboxes; default 20 ms. */
  readonly idleMs?: number
  /** How long what is kept; default `defaultRetention`. */
  readonly retention?: Retention
  /** Publishes the log to JetStream while it leads. */
  readonly relay?: Omit<RelayOptions, 'log'>
  /** Told of every look at outboxes, for metrics. */
  readonly onPass?: (pass: Pass) => void
}

export type Sequencer = {
  /** Begins to lead, or to wait until the one that leads is gone. */
  start(): void
  /** Finishes what it is about and lets others lead. */
  stop(): Promise<void>
  /**
   * Resolves when everything committed to any outbox before the call is in the log. Of one that
   * leads: one that waits for its turn answers once it leads.
   * @throws when it is stopped meanwhile
   */
  caughtUp(): Promise<void>
  readonly leads: boolean
  /** Whether it reaches the log, leading or waiting. */
  readonly connected: boolean
}

/** How often days are provided and dropped. Milliseconds. */
const housekeepingMs = 3_600_000

/**
 * Moves events from every outbox to the log, in order and once. Any number may run: one leads.
 * An outbox that cannot be reached holds up no other.
 */
export function createSequencer(options: SequencerOptions): Sequencer {
  const { url, log, relay, batchSize = 1_000, idleMs = 20, onPass = () => {} } = options
  const retention = options.retention ?? defaultRetention
  assertRetention(retention)
  const stopped = new AbortController()
  const sources = sourcesOf(url, options.outboxes, log)
  const drains = sources.map((source) => ({
    source,
    caughtUp: createCaughtUp(),
    batchSize,
    idleMs,
    onPass,
  }))
  let running: Promise<void> | undefined
  let leads = false
  let connected = false

  const onConnection = (now: boolean) => {
    connected = now
  }

  /** No failure of it is a reason not to move events. */
  async function keepHouse(leader: Queryable, over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      try {
        await provideDays(leader)
        await applyRetention({ url, log, retention }, leader)
      } catch (error) {
        if (!over.aborted) log.warn({ err: error }, 'days of the event log could not be changed')
      }
      await pause(housekeepingMs, over)
    }
  }

  async function lead(leader: Queryable, over: AbortSignal): Promise<void> {
    await provideDays(leader)
    leads = true
    try {
      await together(over, [
        (end) => keepHouse(leader, end),
        ...(relay ? [(end: AbortSignal) => relayToNats({ ...relay, log }, end)] : []),
        ...drains.map((it) => (end: AbortSignal) => drain(it, leader, end)),
      ])
    } finally {
      leads = false
    }
  }

  return {
    start() {
      running ??= elect({ url, log, stopped: stopped.signal, onConnection }, lead)
    },
    async stop() {
      stopped.abort()
      await running
      await Promise.all(sources.map((it) => it.close()))
      for (const it of drains) it.caughtUp.giveUp()
    },
    async caughtUp() {
      await Promise.all(drains.map((it) => it.caughtUp.wait()))
    },
    get leads() {
      return leads
    },
    get connected() {
      return connected
    },
  }
}

/** Runs all until `over`. Where one fails the others end as well, and then it throws. */
async function together(
  over: AbortSignal,
  works: readonly ((end: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const failed = new AbortController()
  const end = AbortSignal.any([over, failed.signal])
  const results = await Promise.allSettled(
    works.map((work) => work(end).finally(() => failed.abort())),
  )
  for (const it of results) if (it.status === 'rejected') throw it.reason
}
