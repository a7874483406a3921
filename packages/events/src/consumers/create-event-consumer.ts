import type { EntityManager } from '@mikro-orm/postgresql'
import { consumeBatch, type Progress, provideOffset, redriveRequested } from './consume-batch.ts'
import type { ConsumerStatus, EventConsumer, EventConsumerOptions } from './consumer-options.ts'
import { countParked } from './parked-events.ts'
import { createWakeable } from './wakeable.ts'

const POLL_MS = 1_000

/** Another process is at it, or the time for a retry has not come. */
const SHORTLY_MS = 50

/**
 * Follows the log under a durable name. Each event of its types takes effect once, in order, however
 * many processes run it and whenever they are killed; one that fails is tried again, then parked.
 */
export function createEventConsumer<Context extends { readonly em: EntityManager }>(
  options: EventConsumerOptions<Context>,
): EventConsumer {
  const { name, bus, log, pollMs = POLL_MS } = options
  const interest = new Set(options.types)
  const pause = createWakeable()
  let stopped = true
  let running: Promise<void> = Promise.resolve()
  let unsubscribe = () => {}
  const openEm = () => options.openEm({ tenantId: null })

  async function follow(): Promise<void> {
    let redriveAt = 0
    while (!stopped) {
      const redrives = performance.now() >= redriveAt
      if (redrives) redriveAt = performance.now() + pollMs
      const waitMs = await step(redrives)
      if (waitMs > 0 && !stopped) await pause.rest(waitMs)
    }
  }

  /** @returns how long to wait before the next one, in milliseconds */
  async function step(redrives: boolean): Promise<number> {
    try {
      if (redrives) await redriveRequested(options, () => stopped)
      const progress = await consumeBatch(options, interest, () => stopped)
      return progress.kind === 'more' ? 0 : Math.min(pollMs, timeOf(progress) ?? pollMs)
    } catch (error) {
      log.error({ err: error, consumer: name }, 'a consumer could not go on; it tries again')
      return pollMs
    }
  }

  return {
    name,
    start() {
      if (!stopped) return
      stopped = false
      unsubscribe = bus.tail.onEvents((events) => {
        if (events.some(({ type }) => interest.has(type))) pause.wake()
      })
      running = follow()
    },
    async stop() {
      stopped = true
      unsubscribe()
      pause.wake()
      await running
    },
    async settle() {
      const head = await bus.reader.headPosition()
      await redriveRequested(options, () => false)
      for (;;) {
        const { position } = await provideOffset(options, openEm())
        if (position >= head) return
        const progress = await consumeBatch(options, interest, () => false)
        if (progress.kind === 'blocked') {
          throw new Error(`${name} waits for ${progress.eventId}, which is parked.`)
        }
        if (progress.kind === 'rest') {
          await createWakeable().rest(Math.min(pollMs, timeOf(progress) ?? SHORTLY_MS))
        }
      }
    },
    status: () => statusOf(options, openEm()),
  }
}

const timeOf = (progress: Progress): number | undefined =>
  progress.kind === 'rest' ? progress.forMs : undefined

async function statusOf<Context extends { readonly em: EntityManager }>(
  options: EventConsumerOptions<Context>,
  em: EntityManager,
): Promise<ConsumerStatus> {
  const { bus, clock, name } = options
  const { position, blockedBy } = await provideOffset(options, em)
  const [head, [next], parked] = await Promise.all([
    bus.reader.headPosition(),
    bus.reader.afterPosition(position, 1),
    countParked(em, name),
  ])
  const ageMs = next ? clock.now().getTime() - next.recordedAt.getTime() : 0
  return {
    ...{ position, head, parked, blockedBy },
    lag: Math.max(0, head - position),
    ageSeconds: Math.max(0, ageMs / 1_000),
  }
}
