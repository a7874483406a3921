import type { Logger } from '@logicspike/telemetry'
import pg from 'pg'
import { type DocumentStore, FORGOTTEN_AFTER_DAYS } from './document-store.ts'

const PATIENCE_MS = 3_000
const MOST_CONNECTIONS = 2
const PURGE_EVERY_MS = 60 * 60_000
/** Of registered documents, in all: strangers may register some as well. */
const MOST_REGISTERED = 100_000

/** Noted once a day, so that reading does not write. */
const NOTE_USE = `
  update gateway.registered_documents set used_on = current_date
  where hash = $1 and used_on < current_date`

const PURGE = `
  delete from gateway.registered_documents
  where used_on < current_date - ${FORGOTTEN_AFTER_DAYS} or hash in (
    select hash from gateway.registered_documents
    order by used_on desc, registered_at desc offset ${MOST_REGISTERED})`

/** @param url of the role `gateway_service` */
export function postgresDocuments({ url, log }: { url: string; log: Logger }): DocumentStore {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'gateway-documents',
    max: MOST_CONNECTIONS,
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
  })
  // An idle connection that breaks is replaced when the next is needed.
  pool.on('error', (error) => log.debug({ err: error }, 'a connection for documents broke'))
  const purge = setInterval(() => {
    pool
      .query(PURGE)
      .catch((error) => log.debug({ err: error }, 'documents out of use were not cleared'))
  }, PURGE_EVERY_MS).unref()

  return {
    async registered(hash) {
      const { rows } = await pool.query<{ document: string; isOfToday: boolean }>(
        `select document, used_on >= current_date as "isOfToday"
         from gateway.registered_documents where hash = $1`,
        [hash],
      )
      const [found] = rows
      if (found && !found.isOfToday) await pool.query(NOTE_USE, [hash])
      return found?.document ?? null
    },
    async register({ hash, text }) {
      await pool.query(
        `insert into gateway.registered_documents (hash, document) values ($1, $2)
         on conflict (hash) do update set used_on = current_date`,
        [hash, text],
      )
    },
    async trusted(hash) {
      const { rows } = await pool.query<{ client: string; document: string }>(
        'select client, document from gateway.trusted_documents where hash = $1',
        [hash],
      )
      const [first] = rows
      return first ? { text: first.document, clients: rows.map(({ client }) => client) } : null
    },
    async publish(client, documents) {
      await pool.query(
        `insert into gateway.trusted_documents (client, hash, document)
         select $1, * from unnest($2::text[], $3::text[]) on conflict do nothing`,
        [client, documents.map(({ hash }) => hash), documents.map(({ text }) => text)],
      )
    },
    async close() {
      clearInterval(purge)
      await pool.end()
    },
  }
}
