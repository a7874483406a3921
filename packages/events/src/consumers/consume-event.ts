import { inTransaction, isConnectionLost } from '@logicspike/database'
import { ok, refuse } from '@logicspike/errors'
import { serializeError } from '@logicspike/telemetry'
import type { EntityManager } from '@mikro-orm/postgresql'
import type { LoggedEvent } from '../logged-event.ts'
import { exponentialBackoff } from './backoff.ts'
import { advanceOffset, claimOffset, isWaiting, noteTry } from './consumer-offsets.ts'
import type { EventConsumerOptions } from './consumer-options.ts'
import { claimRequested, noteRedriven, parkEvent } from './parked-events.ts'

type Options<Context extends { readonly em: EntityManager }> = EventConsumerOptions<Context>

/**
 * `done`: handled, or parked, and the consumer stands at it. `lost`: the consumer stands elsewhere,
 * another process is at it, or the connection went. `failed`: what is next says the offset.
 */
export type Outcome = 'done' | 'lost' | 'failed'

const MAX_TRIES = 8

/**
 * Handles one event where the consumer stands at `from`, and moves it on to the event, in one
 * transaction.
 */
export async function consumeEvent<Context extends { readonly em: EntityManager }>(
  options: Options<Context>,
  event: LoggedEvent,
  from: number,
): Promise<Outcome> {
  const { name, clock } = options
  try {
    const result = await inTransaction(options.contextOf(event), async (tx) => {
      const now = clock.now()
      const advanced = await advanceOffset(tx.em, name, { from, to: event.position, now })
      if (!advanced) return refuse('lost' as const)
      await options.handle(tx, event)
      // It had failed before, and may be here because an operator asked for it.
      if (advanced.hadFailed) await noteRedriven(tx.em, { consumer: name, eventId: event.id, now })
      return ok(undefined)
    })
    return result.ok ? 'done' : 'lost'
  } catch (error) {
    // That is no fault of the event's, and no try of it.
    if (isConnectionLost(error)) return lost(options, event, error)
    return noteFailure(options, event, from, error)
  }
}

function lost<Context extends { readonly em: EntityManager }>(
  { name, log }: Options<Context>,
  { id }: LoggedEvent,
  error: unknown,
): Outcome {
  log.warn({ err: error, consumer: name, eventId: id }, 'a consumer lost its connection')
  return 'lost'
}

/** Handles an event again that was parked and passed, in a transaction of its own. */
export async function redriveEvent<Context extends { readonly em: EntityManager }>(
  options: Options<Context>,
  event: LoggedEvent,
): Promise<void> {
  const { name: consumer, clock, log } = options
  try {
    await inTransaction(options.contextOf(event), async (tx) => {
      if (!(await claimRequested(tx.em, consumer, event.id))) return refuse('busy')
      await options.handle(tx, event)
      await noteRedriven(tx.em, { consumer, eventId: event.id, now: clock.now() })
      return ok(undefined)
    })
  } catch (error) {
    log.error({ err: error, consumer, eventId: event.id }, 'a parked event failed again')
    const now = clock.now()
    const em = options.openEm({ tenantId: null })
    await parkEvent(em, {
      ...{ consumer, event, tries: 1, lastError: sentenceOf(error) },
      ...{ firstTriedAt: now, lastTriedAt: now },
    })
  }
}

async function noteFailure<Context extends { readonly em: EntityManager }>(
  options: Options<Context>,
  event: LoggedEvent,
  from: number,
  error: unknown,
): Promise<Outcome> {
  const { name, clock, log, onPoison, maxTries = MAX_TRIES, backoff = exponentialBackoff } = options
  const ctx = { em: options.openEm({ tenantId: null }) }
  const result = await inTransaction(ctx, async ({ em }) => {
    const now = clock.now()
    const offset = await claimOffset(em, name)
    if (offset?.position !== from || isWaiting(offset, now)) return refuse('lost' as const)
    const tries = offset.tries + 1
    const message = sentenceOf(error)
    const fields = { err: error, consumer: name, eventId: event.id, type: event.type, tries }
    if (tries < maxTries) {
      log.warn(fields, 'an event failed; it is tried again')
      const retryAt = new Date(now.getTime() + backoff(tries))
      await noteTry(em, name, { tries, error: message, retryAt, blockedBy: null, now })
      return ok<Outcome>('failed')
    }
    log.error({ ...fields, onPoison }, 'an event failed for the last time and is parked')
    await parkEvent(em, {
      ...{ consumer: name, event, tries, lastError: message },
      ...{ firstTriedAt: offset.firstTriedAt ?? now, lastTriedAt: now },
    })
    if (onPoison === 'skip') {
      await advanceOffset(em, name, { from, to: event.position, now })
      return ok<Outcome>('done')
    }
    await noteTry(em, name, { tries, error: message, retryAt: null, blockedBy: event.id, now })
    return ok<Outcome>('failed')
  })
  return result.ok ? result.value : 'lost'
}

/** Without the values that errors of the database carry: operators read it in lists. */
function sentenceOf(error: unknown): string {
  const { type, message, code } = serializeError(error)
  return `${type}${code ? ` ${code}` : ''}: ${message}`.slice(0, 500)
}
