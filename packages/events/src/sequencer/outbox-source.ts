import type { Logger } from '@logicspike/telemetry'
import type pg from 'pg'
import { type Connection, openConnection, type Queryable } from '../log/connection.ts'
import {
  anyStatement,
  appendStatement,
  deleteStatement,
  type Moved,
  moveStatement,
  readStatement,
} from './move-statement.ts'

/** Outboxes that are emptied together. */
export type OutboxSource = {
  readonly services: readonly string[]
  /** In the database of the log. Then a failure of all of them is one of the log's connection. */
  readonly local: boolean
  /** Services whose outbox could not be read when last tried. */
  failing(): readonly string[]
  /** Moves the oldest `limit` rows of each to the log. */
  move(leader: Queryable, limit: number): Promise<Moved>
  close(): Promise<void>
}

const nothing: Moved = { taken: 0, logged: 0, age: null }

const named = (text: string, name: string, values: unknown[]) => ({ name, text, values })

/** How long an outbox that failed is left alone, in milliseconds. */
const asideMs = 1_000

/** Outboxes in the database of the log: moved by one statement, all at once. */
function localOutboxes(services: readonly string[], log: Logger): OutboxSource {
  const aside = new Map<string, number>()

  /** One after the other, to find out which of them cannot be moved. */
  async function moveEach(leader: Queryable, some: readonly string[], limit: number) {
    let sum = nothing
    const failures = new Map<string, unknown>()
    for (const service of some) {
      try {
        sum = sumOf(sum, await moveTogether(leader, [service], limit))
        aside.delete(service)
      } catch (error) {
        failures.set(service, error)
      }
    }
    // Nothing goes: it is not the outboxes.
    if (failures.size === services.length) throw [...failures.values()][0]
    for (const [service, error] of failures) {
      if (!aside.has(service)) log.error({ err: error, service }, 'an outbox cannot be read')
      aside.set(service, Date.now() + asideMs)
    }
    return sum
  }

  return {
    services,
    local: true,
    failing: () => [...aside.keys()],
    async move(leader, limit) {
      const due = services.filter((it) => (aside.get(it) ?? 0) <= Date.now())
      if (due.some((it) => aside.has(it))) return moveEach(leader, due, limit)
      try {
        return await moveTogether(leader, due, limit)
      } catch (error) {
        if (services.length === 1) throw error
        return moveEach(leader, due, limit)
      }
    },
    close: async () => {},
  }
}

async function moveTogether(
  leader: Queryable,
  services: readonly string[],
  limit: number,
): Promise<Moved> {
  const name = services.join('+')
  const found = await leader.query<{ any: boolean }>(
    named(anyStatement(services), `any ${name}`, []),
  )
  if (!found.rows[0]?.any) return nothing
  return movedBy(await leader.query<Moved>(named(moveStatement(services), `move ${name}`, [limit])))
}

const sumOf = (one: Moved, other: Moved): Moved => ({
  taken: one.taken + other.taken,
  logged: one.logged + other.logged,
  age: one.age === null ? other.age : Math.max(one.age, other.age ?? 0),
})

/**
 * An outbox of another database: read there, put in the log here, then taken out there. Should we
 * end in between, the next reads the same rows again and the log knows their ids.
 */
function remoteOutbox(service: string, url: string, log: Logger): OutboxSource {
  const statements = {
    read: readStatement(service),
    append: appendStatement(service),
    delete: deleteStatement(service),
  }
  let connection: Connection | undefined
  let failing = false

  async function connect(): Promise<pg.Client> {
    if (connection && !connection.lost.aborted) return connection.client
    connection = await openConnection({
      url,
      name: 'events-sequencer',
      log,
      settings: '-c lock_timeout=500',
    })
    return connection.client
  }

  async function move(leader: Queryable, limit: number): Promise<Moved> {
    const outbox = await connect()
    const read = await outbox.query<{ rows: string | null; ids: string[] | null }>(
      named(statements.read, 'read', [limit]),
    )
    const [found] = read.rows
    if (!found?.rows) return nothing
    const moved = movedBy(
      await leader.query<Moved>(named(statements.append, `append ${service}`, [found.rows])),
    )
    await outbox.query(named(statements.delete, 'delete', [found.ids]))
    return moved
  }

  return {
    services: [service],
    local: false,
    failing: () => (failing ? [service] : []),
    async move(leader, limit) {
      try {
        const moved = await move(leader, limit)
        failing = false
        return moved
      } catch (error) {
        if (!failing) log.error({ err: error, service }, 'an outbox cannot be read')
        failing = true
        throw error
      }
    },
    async close() {
      await connection?.client.end().catch(() => {})
    },
  }
}

function movedBy({ rows }: pg.QueryResult<Moved>): Moved {
  const [row] = rows
  if (!row) return nothing
  return { taken: row.taken, logged: row.logged, age: row.age }
}

/**
 * Outboxes by where they are. Where two URLs name the same server and database, they are in the
 * database of the log; called otherwise they are moved the long way, which works there too.
 */
export function sourcesOf(
  url: string,
  outboxes: Readonly<Record<string, string>>,
  log: Logger,
): OutboxSource[] {
  const isLocal = ([, outbox]: [string, string]) => placeOf(outbox) === placeOf(url)
  const { local = [], remote = [] } = Object.groupBy(Object.entries(outboxes), (it) =>
    isLocal(it) ? 'local' : 'remote',
  )
  return [
    ...(local.length > 0
      ? [
          localOutboxes(
            local.map(([service]) => service),
            log,
          ),
        ]
      : []),
    ...remote.map(([service, outbox]) => remoteOutbox(service, outbox, log)),
  ]
}

const placeOf = (url: string): string => {
  const { hostname, port, pathname } = new URL(url)
  return `${hostname}:${port || '5432'}${pathname}`
}
