import { sessionVariables } from '@logicspike/database'
import type { Logger } from '@logicspike/telemetry'
import pg from 'pg'
import type { EventReader } from '../event-bus.ts'
import type { LoggedEvent } from '../logged-event.ts'
import { answerTimeout } from './connection.ts'
import { findRecordedAt, readAfterPosition, readAfterSeq } from './logged-rows.ts'
import { createTimeMarks } from './time-marks.ts'

const asTenant = `select set_config('${sessionVariables.tenantId}', $1, true)`
const tenantBounds = 'select oldest_seq, head_seq from events.tenant_heads where tenant_id = $1'

type BoundsRow = { readonly oldest_seq: string; readonly head_seq: string }

/** Reads the log through two small pools, one for each of its roles; connects on demand. */
export function createEventReader(options: {
  readonly tenantReaderUrl: string
  readonly consumerUrl: string
  readonly log: Logger
  /** Most connections of each pool; default 4. */
  readonly poolSize?: number
}): EventReader & { close(): Promise<void> } {
  const { log, poolSize = 4 } = options
  const tenants = poolOf('events-reader', options.tenantReaderUrl, poolSize, log)
  const all = poolOf('events-consumer', options.consumerUrl, poolSize, log)
  const marks = createTimeMarks()
  return {
    async afterPosition(position, limit) {
      const since = await marks.sinceOf(`${position}`, () => findRecordedAt(all, { position }))
      const events = await readAfterPosition(all, { position, limit, since })
      const last = events.at(-1)
      if (last) marks.note(`${last.position}`, last.recordedAt)
      return events
    },
    async afterSeq({ tenantId, seq, limit }) {
      const events = await inTenant(tenants, tenantId, async (client) => {
        const find = () => findRecordedAt(client, { tenantId, seq })
        const since = await marks.sinceOf(`${tenantId}:${seq}`, find)
        return readAfterSeq(client, { tenantId, seq, limit, since })
      })
      const last: LoggedEvent | undefined = events.at(-1)
      if (last) marks.note(`${tenantId}:${last.seq}`, last.recordedAt)
      return events
    },
    async bounds(tenantId) {
      const { rows } = await inTenant(tenants, tenantId, (client) =>
        client.query<BoundsRow>(tenantBounds, [tenantId]),
      )
      const [found] = rows
      if (!found) return { oldestSeq: 0, headSeq: 0 }
      return { oldestSeq: Number(found.oldest_seq), headSeq: Number(found.head_seq) }
    },
    async headPosition() {
      const { rows } = await all.query<{ position: string }>('select position from events.log_head')
      return Number(rows[0]?.position ?? 0)
    },
    close: async () => void (await Promise.all([tenants.end(), all.end()])),
  }
}

/** Row-level security goes by a variable that lives as long as one transaction. */
async function inTenant<Value>(
  pool: pg.Pool,
  tenantId: string,
  read: (client: pg.PoolClient) => Promise<Value>,
): Promise<Value> {
  const client = await pool.connect()
  try {
    await client.query('begin read only')
    await client.query(asTenant, [tenantId])
    const value = await read(client)
    await client.query('commit')
    client.release()
    return value
  } catch (error) {
    // Whatever state it is in, nobody gets this connection again.
    client.release(true)
    throw error
  }
}

function poolOf(name: string, url: string, max: number, log: Logger): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: name,
    max,
    idleTimeoutMillis: 10_000,
    connectionTimeoutMillis: 5_000,
    query_timeout: answerTimeout,
    keepAlive: true,
  })
  pool.on('error', (error) => log.debug({ err: error }, `${name} lost a connection`))
  return pool
}
