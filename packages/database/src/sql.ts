import pg from 'pg'

/** A lowercase name that needs no quoting and leaves room for the suffixes we add. */
const plainName = /^[a-z][a-z0-9_]{0,47}$/

/** Quotes a name for SQL. Use it wherever a schema, role, table or database name is interpolated. */
export const quoteName = (name: string): string => pg.escapeIdentifier(name)

/** Quotes a text for the statements that take no parameters (DDL). */
export const quoteText = (text: string): string => pg.escapeLiteral(text)

/** Refuses names of services that would need quoting or could be truncated by PostgreSQL. */
export function assertServiceName(service: string): void {
  if (!plainName.test(service)) {
    throw new Error(`A service is named by [a-z][a-z0-9_]{0,47}, not ${JSON.stringify(service)}.`)
  }
}

/** The same server and options, another database. */
export function urlOfDatabase(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${encodeURIComponent(database)}`
  return changed.href
}

/** The same server and database, another role. */
export function urlOfRole(url: string, role: string, password: string): string {
  const changed = new URL(url)
  changed.username = encodeURIComponent(role)
  changed.password = encodeURIComponent(password)
  return changed.href
}

/** The database a connection URL names. */
export function databaseOf(url: string): string {
  const name = decodeURIComponent(new URL(url).pathname.slice(1))
  if (!name) throw new Error('The connection URL names no database.')
  return name
}

/**
 * Lends one connection to `work` and closes it afterwards. A connection that breaks while idle is
 * reported by the next query instead of ending the process.
 */
export async function withConnection<Value>(
  url: string,
  work: (client: pg.Client) => Promise<Value>,
): Promise<Value> {
  const client = new pg.Client({ connectionString: url, application_name: 'logicspike-admin' })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
