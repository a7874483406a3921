import type { EntityManager } from '@mikro-orm/postgresql'
import { consumeEvent, redriveEvent } from './consume-event.ts'
import { advanceOffset, createOffset, type Offset, readOffset } from './consumer-offsets.ts'
import type { EventConsumerOptions } from './consumer-options.ts'
import { requestedEvents } from './parked-events.ts'

/** What to do next: go on at once, or wait for something new or for a time. */
export type Progress =
  | { readonly kind: 'more' }
  | { readonly kind: 'rest'; readonly forMs?: number }
  | { readonly kind: 'blocked'; readonly eventId: string }

/** Events read at a time. */
const BATCH = 500

/**
 * Takes the consumer on by one batch of the log. What it has no interest in costs one write in all.
 * @param stopping looked at between events
 * @throws where the database does not answer
 */
export async function consumeBatch<Context extends { readonly em: EntityManager }>(
  options: EventConsumerOptions<Context>,
  interest: ReadonlySet<string>,
  stopping: () => boolean,
): Promise<Progress> {
  const { name, bus, clock } = options
  const em = options.openEm({ tenantId: null })
  const offset = await provideOffset(options, em)
  const wait = waitOf(offset, clock.now())
  if (wait) return wait

  const events = await bus.reader.afterPosition(offset.position, BATCH)
  let reached = offset.position
  for (const event of events) {
    if (stopping()) return { kind: 'rest' }
    if (!interest.has(event.type)) continue
    const outcome = await consumeEvent(options, event, reached)
    if (outcome === 'failed') return { kind: 'more' }
    if (outcome === 'lost') return whereOthersAre(em, name, reached)
    reached = event.position
  }
  const last = events.at(-1)
  if (!last) return { kind: 'rest' }
  if (last.position > reached) {
    await advanceOffset(em, name, { from: reached, to: last.position, now: clock.now() })
  }
  return { kind: events.length === BATCH ? 'more' : 'rest' }
}

/** Goes on from where another process has come, or lets it finish. */
async function whereOthersAre(em: EntityManager, name: string, at: number): Promise<Progress> {
  const offset = await readOffset(em, name)
  return { kind: offset?.position === at ? 'rest' : 'more' }
}

/** Handles what operators asked for among the events that were parked and passed. */
export async function redriveRequested<Context extends { readonly em: EntityManager }>(
  options: EventConsumerOptions<Context>,
  stopping: () => boolean,
): Promise<void> {
  const em = options.openEm({ tenantId: null })
  const { position } = await provideOffset(options, em)
  const events = await requestedEvents(em, { consumer: options.name, position, limit: BATCH })
  for (const event of events) {
    if (stopping()) return
    await redriveEvent(options, event)
  }
}

/** Where the consumer stands; a new one is given its place. */
export async function provideOffset<Context extends { readonly em: EntityManager }>(
  { name, startAt, bus, clock }: EventConsumerOptions<Context>,
  em: EntityManager,
): Promise<Offset> {
  const known = await readOffset(em, name)
  if (known) return known
  const position = startAt === 'now' ? await bus.reader.headPosition() : 0
  await createOffset(em, { name, position, now: clock.now() })
  const made = await readOffset(em, name)
  if (!made) throw new Error(`The consumer ${name} has no place in the log.`)
  return made
}

function waitOf({ blockedBy, retryAt }: Offset, now: Date): Progress | null {
  if (blockedBy !== null) return { kind: 'blocked', eventId: blockedBy }
  if (retryAt === null || retryAt <= now) return null
  return { kind: 'rest', forMs: retryAt.getTime() - now.getTime() }
}
