import { setTimeout } from 'node:timers/promises'
import type pg from 'pg'

/** The server notices a closed connection a moment later; milliseconds we wait for that. */
const patience = 1_000

/** Describes the connections to a database that stay open: who, how long, and the last query. */
export async function connectionsLeft(server: pg.Client, database: string): Promise<string[]> {
  const deadline = Date.now() + patience
  for (;;) {
    const { rows } = await server.query<{ line: string }>(openConnections, [database])
    if (rows.length === 0 || Date.now() > deadline) return rows.map(({ line }) => line)
    await setTimeout(10)
  }
}

const openConnections = `
  select format('%s as %s, %s since %s: %s', application_name, usename, state,
                to_char(state_change, 'HH24:MI:SS.MS'), left(query, 200)) as line
  from pg_stat_activity
  where datname = $1 and pid <> pg_backend_pid()`
