import type { Client } from 'pg'
import type { Noted } from './subscriber-journal.ts'
import type { Committed } from './writers.ts'

/** An event of the log, of those that the writers published. */
export type Recorded = {
  readonly id: string
  readonly tenantId: string
  readonly seq: number
}

/** What is wrong; everything empty where nothing is. */
export type Faults = {
  /** Committed, and not in the log. */
  readonly missing: readonly string[]
  /** In the log more than once. */
  readonly doubled: readonly string[]
  /** In the log although they were never committed. */
  readonly phantoms: readonly string[]
  /** Tenants whose `seq` is not 1, 2, 3 … */
  readonly gaps: readonly string[]
  /** Writers whose events of a tenant are in another order than they were committed in. */
  readonly reordered: readonly string[]
  /** Events whose effect at the consumer happened never, or more than once. */
  readonly effects: readonly string[]
  /** Tenants whose events reached their subscriber otherwise than once and in order. */
  readonly streams: readonly string[]
}

const LOG = `select tenant_id as "tenantId", id, seq::int as seq, type, correlation_id = 'fire' as ours
  from events.event_log where tenant_id = any($1) order by tenant_id, seq`
const EFFECTS = 'select event_id as id, count(*)::int as times from fire.effects group by event_id'

/** Compares what was committed with the log, the consumer's effects and the subscribers' journals. */
export async function findFaults(
  database: Client,
  facts: {
    readonly tenantIds: readonly string[]
    readonly committed: readonly Committed[]
    readonly journal: readonly Noted[]
  },
): Promise<Faults> {
  const { tenantIds, committed, journal } = facts
  const log = await database.query<Recorded & { ours: boolean }>(LOG, [tenantIds])
  const effects = await database.query<{ id: string; times: number }>(EFFECTS)
  const ours = log.rows.filter((row) => row.ours)
  const ids = new Set(committed.map(({ id }) => id))
  const logged = Map.groupBy(ours, ({ id }) => id)
  const times = new Map(effects.rows.map((row) => [row.id, row.times]))
  return {
    missing: [...ids].filter((id) => !logged.has(id)),
    doubled: [...logged].filter(([, rows]) => rows.length > 1).map(([id]) => id),
    phantoms: [...logged.keys()].filter((id) => !ids.has(id)),
    gaps: tenantIds.filter((tenantId) => hasGap(ofTenant(log.rows, tenantId))),
    reordered: reorderedWriters(committed, ours),
    effects: [...new Set([...ids, ...times.keys()])].filter((id) => times.get(id) !== 1),
    streams: tenantIds.filter(
      (tenantId) => !isSame(ofTenant(journal, tenantId), ofTenant(ours, tenantId)),
    ),
  }
}

const ofTenant = <Row extends { tenantId: string }>(rows: readonly Row[], tenantId: string) =>
  rows.filter((row) => row.tenantId === tenantId)

const hasGap = (rows: readonly Recorded[]): boolean => rows.some(({ seq }, at) => seq !== at + 1)

const isSame = (seen: readonly Recorded[], there: readonly Recorded[]): boolean =>
  seen.length === there.length &&
  there.every(({ id, seq }, at) => seen[at]?.id === id && seen[at]?.seq === seq)

/** One writer commits one transaction after the other, so a tenant must see them in that order. */
function reorderedWriters(committed: readonly Committed[], log: readonly Recorded[]): string[] {
  const seqOf = new Map(log.map(({ id, seq }) => [id, seq]))
  const lines = Map.groupBy(committed, ({ writer, tenantId }) => `${writer} in ${tenantId}`)
  return [...lines]
    .filter(([, line]) => {
      const seqs = line.map(({ id }) => seqOf.get(id) ?? 0)
      return seqs.some((seq, at) => at > 0 && seq <= (seqs[at - 1] ?? 0))
    })
    .map(([name]) => name)
}
