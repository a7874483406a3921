import type { TestPlatform } from '@logicspike/testing'

/** Rows as text, by table. */
export type Snapshot = ReadonlyMap<string, ReadonlySet<string>>

/** Not what requests have used of limits: those of members who may do nothing count as well. */
const TABLES = `
  select format('%I.%I', schemaname, tablename) as name from pg_tables
  where schemaname not in ('pg_catalog', 'information_schema')
    and (schemaname, tablename) <> ('gateway', 'budgets') order by 1`

/**
 * Every row of every table that mentions one of these ids, and none of the others. It knows no
 * table and no column, so it sees tables of tomorrow as well.
 */
export async function snapshotOf(
  { database }: TestPlatform,
  ids: readonly string[],
  others: readonly string[],
): Promise<Snapshot> {
  const tables = await database.asAdmin<{ name: string }>(TABLES)
  const selects = tables.map(
    ({ name }) => `select '${name}' as "table", to_jsonb(t)::text as "row" from ${name} t`,
  )
  const rows = await database.asAdmin<{ table: string; row: string }>(selects.join(' union all '))
  const [wanted, unwanted] = [new Set(ids.flatMap(suffixesIn)), new Set(others.flatMap(suffixesIn))]
  const about = rows.filter(({ row }) => {
    const named = suffixesIn(row)
    return named.some((it) => wanted.has(it)) && !named.some((it) => unwanted.has(it))
  })
  const byTable = Map.groupBy(about, ({ table }) => table)
  return new Map([...byTable].map(([table, found]) => [table, new Set(found.map((it) => it.row))]))
}

/**
 * What comes after the prefixes of the ids in a text, whatever stands before them. Looking for each of
 * a hundred ids in each row, as `like` does, takes ten times as long.
 */
const suffixesIn = (text: string): string[] => text.match(/_[0-9a-z]{26}/g) ?? []

/** What is different, one line a row, beyond what may have been added or replaced. */
export function changesBetween(
  before: Snapshot,
  after: Snapshot,
  allowed: { readonly added?: readonly string[]; readonly removed?: readonly string[] } = {},
): string[] {
  const tables = [...new Set([...before.keys(), ...after.keys()])]
  return tables.flatMap((table) => [
    ...(allowed.removed?.includes(table) || isOfLog(table, allowed.added)
      ? []
      : only(before, after, table).map((row) => `gone from ${table}: ${row}`)),
    ...(allowed.added?.includes(table) || isOfLog(table, allowed.added)
      ? []
      : only(after, before, table).map((row) => `new in ${table}: ${row}`)),
  ])
}

/** What is written to an outbox is moved to the log of events, where the line gets longer. */
const isOfLog = (table: string, added: readonly string[] = []): boolean =>
  table.startsWith('events.') && added.some((name) => name.endsWith('.outbox'))

const only = (one: Snapshot, other: Snapshot, table: string): string[] =>
  [...(one.get(table) ?? [])].filter((row) => !other.get(table)?.has(row))
