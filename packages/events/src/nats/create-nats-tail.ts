import { DeliverPolicy, jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { EventReader, EventTail } from '../event-bus.ts'
import { pause } from '../log/pause.ts'
import type { LoggedEvent } from '../logged-event.ts'
import { createFollower, type Follower } from '../tail/create-follower.ts'
import { createListeners } from '../tail/listeners.ts'
import { connectNats, type NatsOptions } from './connect-nats.ts'
import { readMessage, STREAM } from './event-stream.ts'

export type NatsTailOptions = NatsOptions & {
  readonly reader: Pick<EventReader, 'afterPosition' | 'headPosition'>
  /** How often to look into the log besides, in milliseconds; default 1,000. */
  readonly pollMs?: number
  /** How often while NATS is down; default 100. */
  readonly offlinePollMs?: number
}

const BATCH = 500
const RETRY_MS = 500
/** How soon a silent server is found out, in milliseconds; twice that. */
const HEARTBEAT_MS = 1_000
/** After so long a silence it begins from scratch: the library does not get over everything. */
const SILENCE_MS = 5_000

/**
 * Follows the log over JetStream. An event that is the next one is handed on as it comes; at any
 * other the log is read, as it is all the time while NATS is down. So NATS may lose, repeat, delay
 * or reorder what it likes.
 */
export function createNatsTail(options: NatsTailOptions): EventTail {
  const { reader, log, pollMs = 1_000, offlinePollMs = 100 } = options
  const heard = createListeners<readonly LoggedEvent[]>(log)
  const connections = createListeners<boolean>(log)
  const stopped = new AbortController()
  let follower: Follower | undefined
  let nats: NatsConnection | undefined
  let heardAt = 0
  let connected = false
  let starting: Promise<void> | undefined
  let running: Promise<unknown> = Promise.resolve()

  function setConnected(value: boolean): void {
    if (connected === value) return
    connected = value
    connections.tell(value)
    if (value) void catchUp()
  }

  function isHeard(): void {
    heardAt = performance.now()
    setConnected(true)
  }

  async function catchUp(): Promise<void> {
    await follower?.catchUp().catch((error: unknown) => {
      if (!stopped.signal.aborted) log.warn({ err: error }, 'the event log could not be read')
    })
  }

  /** However NATS is, nothing stays unseen for longer than this. */
  async function poll(): Promise<void> {
    while (!stopped.signal.aborted) {
      await pause(connected ? pollMs : offlinePollMs, stopped.signal)
      if (stopped.signal.aborted) return
      await catchUp()
      if (nats && performance.now() - heardAt > SILENCE_MS) await nats.close().catch(() => {})
    }
  }

  async function listen(): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        nats = await connectNats(options, 'events-tail')
        heardAt = performance.now()
        if (!stopped.signal.aborted) await consume(nats)
      } catch (error) {
        if (!stopped.signal.aborted) log.warn({ err: error }, 'the tail of NATS begins again')
      }
      setConnected(false)
      await nats?.close().catch(() => {})
      nats = undefined
      await pause(RETRY_MS, stopped.signal)
    }
  }

  /** From what is new on; the library replaces its ephemeral consumer when that is lost. */
  async function consume(connection: NatsConnection): Promise<void> {
    const consumer = await jetstream(connection).consumers.get(STREAM, {
      deliver_policy: DeliverPolicy.New,
    })
    const messages = await consumer.consume({ idle_heartbeat: HEARTBEAT_MS })
    const watching = [watch(messages.status()), watch(connection.status())]
    for await (const message of messages) {
      isHeard()
      const { event, previous } = readMessage(message)
      if (!follower?.take(event, previous)) void catchUp()
    }
    await Promise.all(watching)
  }

  async function watch(statuses: AsyncIterable<{ readonly type: string }>): Promise<void> {
    for await (const { type } of statuses) {
      if (up.has(type)) isHeard()
      if (down.has(type)) setConnected(false)
    }
  }

  async function start(): Promise<void> {
    while (!follower && !stopped.signal.aborted) {
      try {
        const position = await reader.headPosition()
        follower = createFollower({
          // The reader knows by itself since when to look.
          from: { position, since: new Date(0) },
          batchSize: BATCH,
          readAfter: ({ position, limit }) => reader.afterPosition(position, limit),
          handOn: (events) => {
            if (!stopped.signal.aborted) heard.tell(events)
          },
        })
      } catch (error) {
        log.warn({ err: error }, 'the event log could not be read')
        await pause(RETRY_MS, stopped.signal)
      }
    }
    running = Promise.all([poll(), listen()])
  }

  return {
    start() {
      starting ??= start()
      return starting
    },
    async stop() {
      stopped.abort()
      await starting
      await nats?.close().catch(() => {})
      await running
    },
    onEvents: (listener) => heard.add(listener),
    onConnection: (listener) => connections.add(listener),
    get position() {
      return follower?.position ?? 0
    },
    get connected() {
      return connected
    },
  }
}

/** What the library says while messages can come, and while they cannot. */
const up: ReadonlySet<string> = new Set(['heartbeat', 'ordered_consumer_recreated', 'next'])
const down: ReadonlySet<string> = new Set([
  ...['disconnect', 'staleConnection', 'close'],
  ...['heartbeats_missed', 'no_responders'],
  ...['consumer_deleted', 'consumer_not_found', 'stream_not_found'],
])
