import { setTimeout as pause } from 'node:timers/promises'
import { createOrm, forkFor, inTransaction, type Orm } from '@logicspike/database'
import { ok, refuse } from '@logicspike/errors'
import { publishEvent } from '@logicspike/events'
import { type IdFactory, newId } from '@logicspike/ids'
import { type DatabaseUrls, serviceDatabases } from '@logicspike/platform'
import { createLogger } from '@logicspike/telemetry'
import type { Random } from './random.ts'

/** What was committed, in the order in which each writer committed it. */
export type Committed = { readonly id: string; readonly tenantId: string; readonly writer: number }

export type Writers = {
  readonly committed: readonly Committed[]
  /** How many transactions were rolled back. */
  readonly rolledBack: number
  /** Lets every transaction under way end, then closes the connections. */
  stop(): Promise<void>
}

/** Services whose outboxes are written to. */
const OUTBOXES = ['tenancy', 'billing', 'developer'] as const
const ROLLED_BACK_SHARE = 0.15
const LONG_SHARE = 1 / 12

/**
 * Writers that publish as services do, each in one transaction after another: most short, some that
 * stay open while others come and go, some that are rolled back.
 */
export async function startWriters(options: {
  databases: DatabaseUrls
  tenantIds: readonly string[]
  count: number
  random: Random
}): Promise<Writers> {
  const { databases, tenantIds, count, random } = options
  const log = createLogger({ name: 'writers', level: 'silent' })
  const orms = await Promise.all(
    OUTBOXES.map((name) =>
      createOrm({ ...serviceDatabases[name], url: databases[name], log, poolSize: count }),
    ),
  )
  const stopping = new AbortController()
  const committed: Committed[] = []
  let rolledBack = 0

  async function write(writer: number): Promise<void> {
    while (!stopping.signal.aborted) {
      const plan = planOf(random)
      const tenantId = random.pick(tenantIds)
      const ids = await transact(random.pick(orms), { ...plan, tenantId })
      if (plan.rollsBack) rolledBack += 1
      else committed.push(...ids.map((id) => ({ id, tenantId, writer })))
      await pause(plan.restMs)
    }
  }
  const running = Array.from({ length: count }, (_, writer) => write(writer))

  return {
    committed,
    get rolledBack() {
      return rolledBack
    },
    async stop() {
      stopping.abort()
      await Promise.all(running)
      await Promise.all(orms.map((orm) => orm.close()))
    },
  }
}

type Plan = {
  readonly events: number
  readonly holdMs: number
  readonly restMs: number
  readonly rollsBack: boolean
}

const planOf = (random: Random): Plan => ({
  events: random.between(1, 5),
  holdMs: random.next() < LONG_SHARE ? random.between(200, 1_500) : random.between(0, 3),
  restMs: random.between(0, 20),
  rollsBack: random.next() < ROLLED_BACK_SHARE,
})

/** One transaction of a service; resolves with the ids of what it published. */
async function transact(orm: Orm, plan: Plan & { tenantId: string }): Promise<readonly string[]> {
  const { tenantId } = plan
  const written: string[] = []
  const ids: IdFactory = (kind) => {
    const id = newId(kind)
    written.push(id)
    return id
  }
  const clock = { now: () => new Date() }
  const em = forkFor(orm, { tenantId })
  await inTransaction({ em, ids, clock, actor: null, requestId: 'fire' }, async (tx) => {
    for (let n = 0; n < plan.events; n += 1) {
      const data = { workspaceId: tenantId, settings: [`setting-${n}`] }
      await publishEvent(tx, {
        type: 'workspace.settings_changed',
        workspaceId: tenantId,
        subject: tenantId,
        data,
      })
    }
    // The transaction has its number by now, so everybody who reads in commit order waits for it.
    await pause(plan.holdMs)
    return plan.rollsBack ? refuse('rolled back') : ok(undefined)
  })
  return written
}
