import {
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream'
import { headers, type MsgHdrs, type NatsConnection, nanos } from '@nats-io/transport-node'
import { type CloudEvent, fromCloudEvent, toCloudEvent } from '../cloud-event.ts'
import type { LoggedEvent } from '../logged-event.ts'

/** The JetStream stream that carries the log. */
export const STREAM = 'EVENTS'

const SUBJECTS = 'events.>'

/** Where the event before it stands in the log: whoever has not got that one reads the log. */
const PREVIOUS = 'Logicspike-Previous'
const POSITION = 'Logicspike-Position'

const HOUR_MS = 3_600_000

/** Long enough to come back after an outage; the log keeps everything, so it need not be longer. */
const MAX_AGE_MS = 24 * HOUR_MS

/** How long JetStream knows an event that comes again by its id. */
const DUPLICATES_MS = 10 * 60_000

/**
 * Makes the stream, or changes it to what it should be. Nothing that a server of 2.9 does not know.
 * @param replicas of each message, in a cluster
 */
export async function provisionStream(
  connection: NatsConnection,
  { replicas = 1 }: { readonly replicas?: number } = {},
): Promise<JetStreamManager> {
  const manager = await jetstreamManager(connection)
  const config = {
    subjects: [SUBJECTS],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    max_age: nanos(MAX_AGE_MS),
    duplicate_window: nanos(DUPLICATES_MS),
    num_replicas: replicas,
  }
  if (await exists(manager)) await manager.streams.update(STREAM, config)
  else await manager.streams.add({ ...config, name: STREAM })
  return manager
}

/** Where in the log the newest event stands that the stream has; null for an empty stream. */
export async function lastRelayed({ streams }: JetStreamManager): Promise<number | null> {
  const { state } = await streams.info(STREAM)
  if (state.messages === 0) return null
  const message = await streams.getMessage(STREAM, { seq: state.last_seq })
  return message?.header.has(POSITION) ? Number(message.header.get(POSITION)) : null
}

/** `events.<workspace>.<type>`; what belongs to no workspace has `none` in its place. */
export const subjectOf = ({ tenantId, type }: LoggedEvent): string =>
  `events.${tenantId ?? 'none'}.${type}`

export type StreamMessage = { readonly headers: MsgHdrs; readonly payload: string }

/** @param previous position of the event before it */
export function messageOf(event: LoggedEvent, previous: number): StreamMessage {
  const its = headers()
  its.set(POSITION, String(event.position))
  its.set(PREVIOUS, String(previous))
  return { headers: its, payload: JSON.stringify(toCloudEvent(event)) }
}

export function readMessage(message: { readonly headers?: MsgHdrs | undefined; json<T>(): T }): {
  readonly event: LoggedEvent
  readonly previous: number
} {
  const previous = Number(message.headers?.get(PREVIOUS) || Number.NaN)
  return { event: fromCloudEvent(message.json<CloudEvent>()), previous }
}

async function exists(manager: JetStreamManager): Promise<boolean> {
  for await (const name of manager.streams.names(SUBJECTS)) if (name === STREAM) return true
  return false
}
