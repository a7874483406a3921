import { setTimeout } from 'node:timers/promises'
import type { TestDatabase } from '@logicspike/database/testing/server'
import { newId } from '@logicspike/ids'
import type { Logger } from '@logicspike/telemetry'
import { createEventBus } from '../create-event-bus.ts'
import type { EventBus } from '../event-bus.ts'
import { publishEvents } from '../publish-event.ts'
import { createSequencer, type Sequencer } from '../sequencer/create-sequencer.ts'
import { tailReaches } from './tail-reaches.ts'

/** What is measured: a database with the log and services that have an outbox. */
export type Measured = {
  readonly database: Pick<TestDatabase, 'asAdmin' | 'forkFor' | 'roleUrl'>
  readonly services: readonly string[]
  readonly log: Logger
}

type Rate = { readonly events: number; readonly perSecond: number }

/** Tenants that events are spread over. */
const TENANTS = 200

/** How fast one sequencer empties outboxes that hold so many events together. */
export async function measureBacklog(it: Measured, events: number): Promise<Rate> {
  const tenants = Array.from({ length: TENANTS }, () => newId('workspace'))
  const each = Math.ceil(events / it.services.length)
  // As if all had written at the same time.
  const writtenFrom = new Date()
  for (const service of it.services) {
    await it.database.asAdmin(
      `insert into ${service}.outbox (id, tenant_id, type, version, class, subject, actor, data,
         correlation_id, occurred_at, written_at)
       select $1 || n, ($2::text[])[1 + n % ${TENANTS}], 'workspace.renamed', 1, 'domain', 'a-subject',
         '{"kind": "user", "id": "a-user"}',
         jsonb_build_object('workspaceId', 'a-workspace', 'name', repeat('n', 100), 'slug', 'a-slug'),
         'a-request', now(), $4::timestamptz + n * interval '10 microseconds'
       from generate_series(1, $3::int) n`,
      [newId('event'), tenants, each, writtenFrom],
    )
  }
  const begun = performance.now()
  await withSequencer(it, (sequencer) => sequencer.caughtUp())
  return rate(each * it.services.length, begun)
}

/**
 * How many events a second go from publishing to the log, as services publish: by use cases in
 * transactions of their own, one `writers` of them per service at a time.
 */
export async function measureThroughput(
  it: Measured,
  load: {
    readonly writers: number
    readonly transactions: number
    readonly perTransaction: number
  },
): Promise<Rate> {
  const { writers, transactions, perTransaction } = load
  return withSequencer(it, async (sequencer) => {
    const begun = performance.now()
    const write = async (service: string) => {
      for (let nth = 0; nth < transactions; nth++) await publish(it, service, names(perTransaction))
    }
    await Promise.all(
      it.services.flatMap((service) => Array.from({ length: writers }, () => write(service))),
    )
    await sequencer.caughtUp()
    return rate(it.services.length * writers * transactions * perTransaction, begun)
  })
}

/** Milliseconds from the commit of an event to the listeners of a tail, at so many a second. */
export async function measureLatency(
  it: Measured,
  load: { readonly perSecond: number; readonly seconds: number },
): Promise<{ readonly events: number; readonly p50: number; readonly p99: number }> {
  const committed = new Map<string, number>()
  const heard = new Map<string, number>()
  const all = names(load.perSecond * load.seconds)
  await withSequencer(it, (sequencer) =>
    withBus(it, async (bus) => {
      bus.tail.onEvents((events) => {
        for (const { subject } of events) heard.set(subject, performance.now())
      })
      await bus.tail.start()
      await atPace(all, 1_000 / load.perSecond, async (name, nth) => {
        await publish(it, it.services[nth % it.services.length] ?? '', [name])
        committed.set(name, performance.now())
      })
      await sequencer.caughtUp()
      await tailReaches(bus.tail, await bus.reader.headPosition())
    }),
  )
  const waits = all
    .map((name) => Math.max(0, (heard.get(name) ?? Infinity) - (committed.get(name) ?? 0)))
    .sort((one, other) => one - other)
  const percentile = (share: number) => waits[Math.floor(waits.length * share)] ?? 0
  return { events: all.length, p50: percentile(0.5), p99: percentile(0.99) }
}

const names = (count: number): string[] => Array.from({ length: count }, () => newId('event'))

const rate = (events: number, begun: number): Rate => ({
  events,
  perSecond: Math.round(events / ((performance.now() - begun) / 1_000)),
})

async function publish({ database }: Measured, service: string, subjects: readonly string[]) {
  const workspaceId = newId('workspace')
  const ctx = {
    em: database.forkFor(service, { tenantId: workspaceId }),
    ids: newId,
    clock: { now: () => new Date() },
    actor: null,
    requestId: 'measured-1',
  }
  const data = { workspaceId, name: 'A name', slug: 'a-slug' }
  const events = subjects.map((subject) => ({
    type: 'workspace.renamed' as const,
    workspaceId,
    subject,
    data,
  }))
  await ctx.em.transactional((em) => publishEvents({ ...ctx, em }, events))
}

/** Begins one work after the other at a steady pace, whether the ones before have ended or not. */
async function atPace(
  items: readonly string[],
  everyMs: number,
  work: (item: string, nth: number) => Promise<void>,
): Promise<void> {
  const begun = performance.now()
  const works: Promise<void>[] = []
  for (const [nth, item] of items.entries()) {
    const early = begun + nth * everyMs - performance.now()
    if (early > 0) await setTimeout(early)
    works.push(work(item, nth))
  }
  await Promise.all(works)
}

async function withSequencer<Value>(
  { database, services, log }: Measured,
  work: (sequencer: Sequencer) => Promise<Value>,
): Promise<Value> {
  const url = database.roleUrl('events', 'sequencer')
  const outboxes = Object.fromEntries(services.map((service) => [service, url]))
  const sequencer = createSequencer({ url, outboxes, log })
  sequencer.start()
  try {
    return await work(sequencer)
  } finally {
    await sequencer.stop()
  }
}

async function withBus<Value>(
  { database, log }: Measured,
  work: (bus: EventBus) => Promise<Value>,
): Promise<Value> {
  const bus = createEventBus({
    tenantReaderUrl: database.roleUrl('events', 'reader'),
    consumerUrl: database.roleUrl('events', 'consumer'),
    log,
  })
  try {
    return await work(bus)
  } finally {
    await bus.close()
  }
}
