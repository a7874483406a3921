import { quoteName, withConnection } from '../sql.ts'
import { testDatabasePrefix } from './test-run.ts'

/** Drops what this run made on a server that outlives it: templates, and databases of crashed files. */
export const dropTestDatabases = (adminUrl: string): Promise<void> =>
  withConnection(adminUrl, async (server) => {
    const { rows } = await server.query<{ datname: string }>(
      'select datname from pg_database where starts_with(datname, $1)',
      [testDatabasePrefix()],
    )
    for (const { datname } of rows) {
      await server.query(`drop database if exists ${quoteName(datname)} with (force)`)
    }
  })
