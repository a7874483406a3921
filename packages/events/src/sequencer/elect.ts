import type { Logger } from '@logicspike/telemetry'
import { type Connection, openConnection, type Queryable } from '../log/connection.ts'
import { pause } from '../log/pause.ts'

const election = `select pg_try_advisory_lock(hashtextextended('events.sequencer', 0)) as elected`

/** How often those who wait ask whether the place is free, in milliseconds. */
const candidacyMs = 200

/** Pause before the next try after a loss: first and longest, in milliseconds; doubles in between. */
const retryMs = { first: 100, longest: 2_000 }

/**
 * Outboxes are nearly always empty, and the planner would plan for that: read them whole to find the
 * oldest rows, compare every row with every other. Then a backlog takes the square of its length.
 */
const settings = [
  'enable_seqscan=off',
  'enable_nestloop=off',
  'jit=off',
  'plan_cache_mode=force_generic_plan',
  'lock_timeout=500',
]
  .map((it) => `-c ${it}`)
  .join(' ')

/**
 * Leads for as long as it can, again and again until `stopped`. Elected is who holds a lock of the
 * very session that writes the log: with the session both are lost, so that one who was leader and
 * does not know better cannot write.
 * @param lead works until its signal says that it is leader no more
 */
export async function elect(
  options: {
    readonly url: string
    readonly log: Logger
    readonly stopped: AbortSignal
    readonly onConnection: (connected: boolean) => void
  },
  lead: (leader: Queryable, over: AbortSignal) => Promise<void>,
): Promise<void> {
  const { url, log, stopped, onConnection } = options
  let wait = retryMs.first
  while (!stopped.aborted) {
    let connection: Connection | undefined
    const begun = Date.now()
    try {
      connection = await openConnection({ url, name: 'events-sequencer', log, settings })
      const over = AbortSignal.any([stopped, connection.lost])
      onConnection(true)
      if (await elected(connection.client, over)) {
        log.info('this sequencer leads')
        await lead(connection.shared, over)
      }
    } catch (error) {
      log.warn({ err: error }, 'the sequencer leads no more, or could not reach the log')
    }
    onConnection(false)
    const closing = connection?.client.end().catch(() => {})
    if (stopped.aborted) await closing
    else await pause(wait, stopped)
    wait =
      Date.now() - begun > retryMs.longest ? retryMs.first : Math.min(wait * 2, retryMs.longest)
  }
}

async function elected(client: Connection['client'], over: AbortSignal): Promise<boolean> {
  while (!over.aborted) {
    const { rows } = await client.query<{ elected: boolean }>(election)
    if (rows[0]?.elected) return true
    await pause(candidacyMs, over)
  }
  return false
}
