import type { Logger } from '@logicspike/telemetry'
import type { EventTail } from '../event-bus.ts'
import { type Connection, openConnection } from '../log/connection.ts'
import { readAfterPosition } from '../log/logged-rows.ts'
import { pause } from '../log/pause.ts'
import { wakeUpChannel } from '../log/wake-up.ts'
import type { LoggedEvent } from '../logged-event.ts'
import { createFollower, type Follower } from './create-follower.ts'
import { createListeners } from './listeners.ts'

export type EventTailOptions = {
  readonly consumerUrl: string
  readonly log: Logger
  /** How often to look without having been woken; default 1,000 ms. It finds out dead connections. */
  readonly pollMs?: number
  /** Most events handed on at a time; default 500. */
  readonly batchSize?: number
}

/** Reading a batch takes milliseconds: who takes longer than this is not there. */
const answerMs = 5_000

/** Pause before connecting again: first and longest, in milliseconds; doubles in between. */
const reconnectMs = { first: 50, longest: 2_000 }

/**
 * Follows the log on one connection that both listens and reads: it hears and reads, or it does
 * neither and is not connected. After a loss it goes on from its position.
 */
export function createEventTail(options: EventTailOptions): EventTail {
  const { log, consumerUrl, pollMs = 1_000, batchSize = 500 } = options
  const heard = createListeners<readonly LoggedEvent[]>(log)
  const connections = createListeners<boolean>(log)
  const stopped = new AbortController()
  const starting = Promise.withResolvers<void>()
  let current: Connection['client'] | undefined
  let follower: Follower | undefined
  let connected = false
  let running: Promise<void> | undefined

  function setConnected(value: boolean): void {
    if (connected === value) return
    connected = value
    connections.tell(value)
  }

  const newFollower = async (client: Connection['client']): Promise<Follower> =>
    createFollower({
      from: await headOf(client),
      batchSize,
      readAfter: async (query) => {
        if (!current) throw new Error('The tail has no connection.')
        return readAfterPosition(current, query)
      },
      handOn: (events) => {
        if (!stopped.signal.aborted) heard.tell(events)
      },
    })

  /** From one connection to its loss. */
  async function follow({ client, lost }: Connection, onUp: () => void): Promise<void> {
    current = client
    const over = AbortSignal.any([lost, stopped.signal])
    const failed = new AbortController()
    await client.query(`listen ${wakeUpChannel}`)
    follower ??= await newFollower(client)
    const it = follower
    const wake = () => it.catchUp().catch((error: unknown) => failed.abort(error))
    client.on('notification', wake)
    await it.catchUp()
    onUp()
    setConnected(true)
    starting.resolve()
    const ends = AbortSignal.any([over, failed.signal])
    while (!ends.aborted) {
      await pause(pollMs, ends)
      if (!ends.aborted) await wake()
    }
    if (failed.signal.aborted && !over.aborted) throw failed.signal.reason
  }

  async function run(): Promise<void> {
    let wait = reconnectMs.first
    while (!stopped.signal.aborted) {
      let connection: Connection | undefined
      try {
        connection = await openConnection({ url: consumerUrl, name: 'events-tail', log, answerMs })
        await follow(connection, () => {
          wait = reconnectMs.first
        })
      } catch (error) {
        log.warn({ err: error }, 'the tail of the event log lost its connection')
      }
      setConnected(false)
      current = undefined
      // Not awaited where the other side may be gone: it would say goodbye for minutes.
      const closing = connection?.client.end().catch(() => {})
      if (stopped.signal.aborted) await closing
      else await pause(wait, stopped.signal)
      wait = Math.min(wait * 2, reconnectMs.longest)
    }
    starting.resolve()
  }

  return {
    async start() {
      running ??= run()
      await starting.promise
    },
    async stop() {
      stopped.abort()
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

/** Where the log ends. Nothing after it is recorded earlier than what is before. */
async function headOf(client: Connection['client']): Promise<{ position: number; since: Date }> {
  const { rows } = await client.query<{ position: string; recorded_at: Date }>(
    'select position, recorded_at from events.log_head',
  )
  const [head] = rows
  if (!head) throw new Error('The event log has no head.')
  return {
    position: Number(head.position),
    since: new Date(head.recorded_at.getTime() - 1),
  }
}
