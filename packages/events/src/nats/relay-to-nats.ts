import { jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import { type Connection, openConnection } from '../log/connection.ts'
import { findRecordedAt, readAfterPosition } from '../log/logged-rows.ts'
import { pause } from '../log/pause.ts'
import { wakeUpChannel } from '../log/wake-up.ts'
import type { LoggedEvent } from '../logged-event.ts'
import { connectNats, type NatsOptions } from './connect-nats.ts'
import { lastRelayed, messageOf, provisionStream, STREAM, subjectOf } from './event-stream.ts'

export type RelayOptions = NatsOptions & {
  /** As `events_consumer`; it listens, so not through a pooler. */
  readonly consumerUrl: string
  /** Of each message, in a cluster of servers; default 1. */
  readonly replicas?: number
}

const BATCH = 500
const POLL_MS = 1_000
const RETRY_MS = 500

/**
 * Publishes what is in the log to JetStream, in order, until `over`. It reads the log like anybody
 * else: nothing that goes wrong here holds up the log, and it never rejects. Where it left off stands
 * in the stream itself, so a new one goes on from there, and what it repeats JetStream knows by id.
 */
export async function relayToNats(options: RelayOptions, over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    let nats: NatsConnection | undefined
    let log: Connection | undefined
    try {
      nats = await connectNats(options, 'events-relay')
      log = await openConnection({
        url: options.consumerUrl,
        name: 'events-relay',
        log: options.log,
      })
      await relay(options, { nats, log }, AbortSignal.any([over, log.lost]))
    } catch (error) {
      if (!over.aborted) options.log.warn({ err: error }, 'the relay to NATS begins again')
    }
    await Promise.all([nats?.close().catch(() => {}), log?.client.end().catch(() => {})])
    if (!over.aborted) await pause(RETRY_MS, over)
  }
}

async function relay(
  options: RelayOptions,
  { nats, log: { client } }: { nats: NatsConnection; log: Connection },
  over: AbortSignal,
): Promise<void> {
  const manager = await provisionStream(nats, options)
  let position = (await lastRelayed(manager)) ?? (await headOf(client))
  let since = justBefore((await findRecordedAt(client, { position })) ?? new Date(0))
  let news = new AbortController()
  client.on('notification', () => news.abort())
  await client.query(`listen ${wakeUpChannel}`)
  while (!over.aborted) {
    news = new AbortController()
    const events = await readAfterPosition(client, { position, limit: BATCH, since })
    await publish(options, nats, events, position)
    const last = events.at(-1)
    if (last) {
      position = last.position
      since = justBefore(last.recordedAt)
    }
    if (events.length === BATCH) continue
    await pause(POLL_MS, AbortSignal.any([over, news.signal]))
    // Somebody may have deleted the stream; then it is made again, for those who wait for it.
    if (!news.signal.aborted && !over.aborted) await manager.streams.info(STREAM)
  }
}

/**
 * Sends one after the other and waits for all. Where one is not taken, those after it may be: whoever
 * reads the stream sees by `previous` that one is missing.
 */
async function publish(
  { log }: RelayOptions,
  nats: NatsConnection,
  events: readonly LoggedEvent[],
  position: number,
): Promise<void> {
  const stream = jetstream(nats)
  const limit = nats.info?.max_payload ?? Number.POSITIVE_INFINITY
  let previous = position
  const sent = events.map(async (event) => {
    const { headers, payload } = messageOf(event, previous)
    previous = event.position
    if (Buffer.byteLength(payload) + 1_024 > limit) {
      return log.warn(
        { eventId: event.id },
        'an event is too large for NATS; it is read from the log',
      )
    }
    await stream.publish(subjectOf(event), payload, { msgID: event.id, headers })
  })
  await Promise.all(sent)
}

/** The driver cuts off what is below a millisecond. */
const justBefore = (date: Date): Date => new Date(date.getTime() - 1)

async function headOf(client: Connection['client']): Promise<number> {
  const { rows } = await client.query<{ position: string }>('select position from events.log_head')
  return Number(rows[0]?.position ?? 0)
}
