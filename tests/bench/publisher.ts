import { setTimeout as pause } from 'node:timers/promises'
import { createOrm, forkFor, type Orm } from '@logicspike/database'
import { publishEvents } from '@logicspike/events'
import { newId } from '@logicspike/ids'
import { type DatabaseUrls, serviceDatabases } from '@logicspike/platform'
import { createLogger } from '@logicspike/telemetry'

/** Publishes as services do: through their ORM, each transaction with its events. */
export type Publisher = {
  /** So many transactions at once, one after the other each, until `events` are committed. */
  burst(load: { events: number; perTransaction: number; writers: number }): Promise<void>
  /** One event after the other at a steady pace; resolves when the last is committed. */
  atPace(load: { perSecond: number; seconds: number }): Promise<number>
  close(): Promise<void>
}

/** @param tenantIds workspaces that events are spread over */
export async function createPublisher(
  databases: DatabaseUrls,
  tenantIds: readonly string[],
): Promise<Publisher> {
  const log = createLogger({ name: 'publisher', level: 'error' })
  const orm = await createOrm({ ...serviceDatabases.tenancy, url: databases.tenancy, log })
  let turn = 0
  const next = () => tenantIds[turn++ % tenantIds.length] ?? ''

  return {
    async burst({ events, perTransaction, writers }) {
      let left = events
      const write = async () => {
        while (left > 0) {
          const some = Math.min(perTransaction, left)
          left -= some
          await publish(orm, next(), some)
        }
      }
      await Promise.all(Array.from({ length: writers }, write))
    },
    async atPace({ perSecond, seconds }) {
      const begun = performance.now()
      const works: Promise<void>[] = []
      for (let nth = 0; nth < perSecond * seconds; nth += 1) {
        const early = begun + (nth * 1_000) / perSecond - performance.now()
        if (early > 0) await pause(early)
        works.push(publish(orm, next(), 1))
      }
      await Promise.all(works)
      return works.length
    },
    close: () => orm.close(),
  }
}

/** Its events say when they were published: before the transaction, so that its time counts. */
async function publish(orm: Orm, tenantId: string, count: number): Promise<void> {
  const published = String(performance.timeOrigin + performance.now())
  const ctx = {
    em: forkFor(orm, { tenantId }),
    ids: newId,
    clock: { now: () => new Date() },
    actor: null,
    requestId: 'bench',
  }
  const event = {
    type: 'workspace.settings_changed' as const,
    workspaceId: tenantId,
    subject: tenantId,
    data: { workspaceId: tenantId, settings: [published] },
  }
  await ctx.em.transactional((em) =>
    publishEvents(
      { ...ctx, em },
      Array.from({ length: count }, () => event),
    ),
  )
}
