import { setTimeout as pause } from 'node:timers/promises'
import { newId } from '@logicspike/ids'
import { createServices } from '@logicspike/testing/platform'
import pg from 'pg'
import { type Listeners, startListeners } from './listeners.ts'
import { residentMiB } from './process-usage.ts'
import { createPublisher, type Publisher } from './publisher.ts'

/** Figures of the way of an event, from a service's transaction to a client of the gateway. */
export type EventFigures = {
  /** Events a second, written by services and moved to the log at the same time. */
  readonly throughput: number
  readonly latency: { readonly p50: number; readonly p99: number }
  readonly crowd: {
    readonly listeners: number
    readonly deliveries: number
    readonly expected: number
    readonly p50: number
    readonly p99: number
    /** MiB of the gateway: with everybody connected, in the middle, at the end. */
    readonly gatewayMiB: readonly number[]
  }
  /** Seconds until a listener that was away has caught up, and how many events that took. */
  readonly resume: { readonly events: number; readonly seconds: number }
}

const CROWD = 1_000
const BACKLOG = 10_000

type Platform = Awaited<ReturnType<typeof createServices>>
type Scene = {
  readonly platform: Platform
  readonly database: pg.Client
  readonly publisher: Publisher
  readonly token: string
  readonly workspaceId: string
}

/** @param natsUrl JetStream, where it is to carry events */
export async function measureEvents(natsUrl?: string): Promise<EventFigures> {
  const platform = await createServices({
    natsUrl,
    gatewayEnvironment: {
      STREAM_CONNECTIONS_PER_ADDRESS: '5000',
      STREAM_CONNECTIONS_PER_CALLER: '5000',
    },
  })
  const database = new pg.Client(platform.databaseUrl)
  await database.connect()
  try {
    const workspace = await platform.aWorkspace()
    const publisher = await createPublisher(platform.databases, [workspace.id])
    const token = await workspace.owner.tokenFor(workspace.id)
    const scene: Scene = { platform, database, publisher, token, workspaceId: workspace.id }
    const latency = await measureLatency(scene)
    const crowd = await measureCrowd(scene)
    const resume = await measureResume(scene)
    await publisher.close()
    const throughput = await measureThroughput(scene)
    return { throughput, latency, crowd, resume }
  } finally {
    await database.end()
    await platform.close()
  }
}

const listenersOf = ({ platform, token }: Scene, count: number, after: string | null) =>
  startListeners({ url: `${platform.url.replace('http', 'ws')}/graphql`, token, count, after })

async function measureLatency(scene: Scene) {
  const listener = await listenersOf(scene, 1, null)
  // What comes first is slower: code is compiled and connections are opened.
  const warm = await scene.publisher.atPace({ perSecond: 200, seconds: 4 })
  await untilHeard(listener, warm)
  await listener.stop()
  const measured = await listenersOf(scene, 1, null)
  const events = await scene.publisher.atPace({ perSecond: 200, seconds: 15 })
  const { p50, p99 } = await untilHeard(measured, events)
  await measured.stop()
  return { p50, p99 }
}

async function measureCrowd(scene: Scene) {
  const { platform, publisher } = scene
  const { pid } = platform.services.process('gateway')
  const crowd = await listenersOf(scene, CROWD, null)
  const gatewayMiB = [residentMiB(pid)]
  let events = 0
  for (let half = 0; half < 2; half += 1) {
    events += await publisher.atPace({ perSecond: 20, seconds: 20 })
    gatewayMiB.push(residentMiB(pid))
  }
  const expected = events * CROWD
  const { events: deliveries, p50, p99 } = await untilHeard(crowd, expected)
  await crowd.stop()
  return { listeners: CROWD, deliveries, expected, p50, p99, gatewayMiB }
}

async function measureResume(scene: Scene) {
  await scene.publisher.burst({ events: BACKLOG, perTransaction: 50, writers: 8 })
  await untilLogged(scene)
  const { rows } = await scene.database.query<{ count: string }>(
    `select count(*) from events.event_log
     where tenant_id = $1 and type = 'workspace.settings_changed'`,
    [scene.workspaceId],
  )
  const events = Number(rows[0]?.count)
  const begun = performance.now()
  const listener = await listenersOf(scene, 1, 'EARLIEST')
  await untilHeard(listener, events)
  const seconds = (performance.now() - begun) / 1_000
  await listener.stop()
  return { events, seconds }
}

/** Spread over 200 workspaces, as nobody listens to: what is measured is the way to the log. */
async function measureThroughput(scene: Scene): Promise<number> {
  const tenants = Array.from({ length: 200 }, () => newId('workspace'))
  const publisher = await createPublisher(scene.platform.databases, tenants)
  await publisher.burst({ events: 2_000, perTransaction: 20, writers: 8 })
  await untilLogged(scene)
  const events = 40_000
  const begun = performance.now()
  await publisher.burst({ events, perTransaction: 20, writers: 8 })
  await untilLogged(scene)
  const seconds = (performance.now() - begun) / 1_000
  await publisher.close()
  return events / seconds
}

/** Resolves once no outbox that was written to has anything left. */
async function untilLogged({ database }: Scene): Promise<void> {
  for (;;) {
    const { rows } = await database.query('select from tenancy.outbox limit 1')
    if (rows.length === 0) return
    await pause(5)
  }
}

const HEARD_WITHIN_MS = 120_000

async function untilHeard(listeners: Listeners, events: number) {
  const deadline = performance.now() + HEARD_WITHIN_MS
  for (;;) {
    const heard = await listeners.heard()
    if (heard.events >= events) return heard
    if (performance.now() > deadline) throw new Error(`${heard.events} of ${events} were heard`)
    await pause(50)
  }
}
