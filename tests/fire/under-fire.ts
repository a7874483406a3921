import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createServices, type Person } from '@logicspike/testing/platform'
import pg from 'pg'
import type { ConsumerTask } from './consumer-process.ts'
import { provideFireDatabase } from './fire-database.ts'
import { type Faults, findFaults } from './nothing-is-lost.ts'
import { type Random, seeded } from './random.ts'
import { readJournal } from './subscriber-journal.ts'
import type { SubscriberTask } from './subscriber-process.ts'
import { startVictim, type Victim } from './victim.ts'
import { startWriters } from './writers.ts'

export type FireOptions = {
  /** Printed by whoever calls, so that a run can be repeated. */
  readonly seed: number
  /** How long it is written and killed. Milliseconds. */
  readonly forMs: number
  /** JetStream, where it carries events, and how it is killed and restarted. */
  readonly broker?: { readonly url: string; readonly victim: Victim }
}

export type FireReport = {
  readonly faults: Faults
  readonly committed: number
  readonly rolledBack: number
  /** How often each was killed. */
  readonly kills: Readonly<Record<string, number>>
}

const TENANTS = 20
const WRITERS = 8
const SUBSCRIBERS = 2
/** How long everybody may take to catch up once it is quiet. */
const CAUGHT_UP_WITHIN_MS = 60_000
const LOOK_EVERY_MS = 500

/**
 * Writes from all sides for a time while everything between writers and listeners is killed at
 * random, one at a time; lets it all catch up, and compares.
 */
export async function putUnderFire(options: FireOptions): Promise<FireReport> {
  const { seed, forMs, broker } = options
  const random = seeded(seed)
  const folder = await mkdtemp(join(tmpdir(), 'fire-'))
  const platform = await createServices(broker ? { natsUrl: broker.url } : {})
  const database = new pg.Client(platform.databaseUrl)
  const victims: Victim[] = []
  try {
    await database.connect()
    const owner = await platform.aPerson()
    const tenantIds = await workspacesOf(platform, owner)
    const consumerUrl = await provideFireDatabase(platform)
    const journals = Array.from({ length: SUBSCRIBERS }, (_, n) => join(folder, `journal-${n}`))

    victims.push(
      await startVictim(
        'consumer-process.ts',
        {
          databaseUrl: consumerUrl,
          events: platform.databases.events,
          natsUrl: broker?.url,
        } satisfies ConsumerTask,
        'consumer',
      ),
    )
    for (const [n, journal] of journals.entries()) {
      const mine = tenantIds.filter((_, at) => at % SUBSCRIBERS === n)
      const task: SubscriberTask = {
        url: `${platform.url.replace('http', 'ws')}/graphql`,
        journal,
        listeners: await Promise.all(
          mine.map(async (tenantId) => ({ tenantId, token: await owner.tokenFor(tenantId) })),
        ),
      }
      victims.push(await startVictim('subscriber-process.ts', task, `subscriber ${n + 1}`))
    }
    for (const name of ['events', 'gateway', 'developer'] as const) {
      victims.push({
        name,
        killAndRestart: () => platform.services.restart(name, 'SIGKILL'),
        stop: async () => undefined,
      })
    }
    if (broker) victims.push(broker.victim)

    const writers = await startWriters({
      databases: platform.databases,
      tenantIds,
      count: WRITERS,
      random,
    })
    const kills = await fire(victims, random, forMs)
    await writers.stop()
    const facts = () => ({
      tenantIds,
      committed: writers.committed,
      journal: journals.flatMap(readJournal),
    })
    const faults = await whenCaughtUp(() => findFaults(database, facts()))
    const { committed, rolledBack } = writers
    return { faults, kills, rolledBack, committed: committed.length }
  } finally {
    for (const victim of victims) await victim.stop()
    await database.end()
    await platform.close()
    await rm(folder, { recursive: true, force: true })
  }
}

const CREATE = `mutation ($input: CreateWorkspaceInput!) {
  createWorkspace(input: $input) { workspace { id } userErrors { ... on UserError { message } } } }`

type Platform = Awaited<ReturnType<typeof createServices>>

async function workspacesOf(platform: Platform, owner: Person): Promise<readonly string[]> {
  const ids: string[] = []
  for (let n = 1; n <= TENANTS; n += 1) {
    const input = { name: `Under fire ${n}` }
    const { createWorkspace } = await platform.must(CREATE, { input }, owner.token)
    ids.push(createWorkspace.workspace.id)
  }
  return ids
}

/** Kills one after another, at random, for a time; every one of them at least once. */
async function fire(victims: readonly Victim[], random: Random, forMs: number) {
  const kills: Record<string, number> = {}
  const until = Date.now() + forMs
  const due = [...victims]
  while (Date.now() < until || due.length > 0) {
    const victim =
      due.splice(random.between(0, Math.max(0, due.length - 1)), 1)[0] ?? random.pick(victims)
    await pause(random.between(50, 600))
    await victim.killAndRestart()
    kills[victim.name] = (kills[victim.name] ?? 0) + 1
  }
  return kills
}

/** What is still wrong once it gets no better. */
async function whenCaughtUp(find: () => Promise<Faults>): Promise<Faults> {
  const deadline = Date.now() + CAUGHT_UP_WITHIN_MS
  for (;;) {
    const faults = await find()
    if (Object.values(faults).every((list) => list.length === 0)) return faults
    if (Date.now() > deadline) return faults
    await pause(LOOK_EVERY_MS)
  }
}
