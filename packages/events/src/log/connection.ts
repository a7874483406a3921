import type { Logger } from '@logicspike/telemetry'
import pg from 'pg'

/** Whatever can be asked. */
export type Queryable = {
  query<Row extends pg.QueryResultRow>(
    query: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>>
}

/** A connection of one's own, and a signal for its end, however it comes. */
export type Connection = {
  readonly client: pg.Client
  /** The same for several who do not know of each other: one query at a time, in order of asking. */
  readonly shared: Queryable
  readonly lost: AbortSignal
}

/**
 * The server finds out within seconds that we are gone, though nobody said goodbye, and frees what
 * the session holds; left alone it would take TCP two hours.
 */
const noticeSilence =
  '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3'

/** Longer than the server lets a statement take (30 s); then nobody is there. Milliseconds. */
export const answerTimeout = 35_000

/**
 * Opens a connection that is not of a pool: for what belongs to a session, as LISTEN and advisory
 * locks do. Not through a pooler in transaction mode.
 * @param options.settings of the session, as `-c name=value`
 * @throws when the server cannot be reached within 5 s
 */
export async function openConnection(options: {
  readonly url: string
  readonly name: string
  readonly log: Logger
  readonly settings?: string
  /** How long an answer may take until the connection counts as dead. Milliseconds. */
  readonly answerMs?: number
}): Promise<Connection> {
  const client = new pg.Client({
    connectionString: options.url,
    application_name: options.name,
    connectionTimeoutMillis: 5_000,
    query_timeout: options.answerMs ?? answerTimeout,
    keepAlive: true,
    options: [noticeSilence, options.settings ?? ''].join(' '),
  })
  const lost = new AbortController()
  client.on('error', (error) => {
    options.log.debug({ err: error }, `${options.name} lost its connection`)
    lost.abort()
  })
  client.on('end', () => lost.abort())
  await client.connect()
  return { client, shared: inTurn(client), lost: lost.signal }
}

function inTurn(client: pg.Client): Queryable {
  let turn: Promise<unknown> = Promise.resolve()
  return {
    query<Row extends pg.QueryResultRow>(query: string | pg.QueryConfig, values?: unknown[]) {
      const answer = turn.then(() => client.query<Row>(query, values))
      turn = answer.catch(() => {})
      return answer
    },
  }
}
