import pg from 'pg'

/** One connection as the role of its URL, for statements that no service would send. */
export type DatabaseSession = {
  /** Rows, or the SQLSTATE with which PostgreSQL refuses. */
  attempt(
    sql: string,
  ): Promise<{ readonly rows: Record<string, unknown>[] } | { readonly refused: string }>
  /** The same on behalf of a caller, in a transaction that is rolled back. */
  attemptAs(
    caller: { readonly tenantId?: string; readonly userId?: string },
    sql: string,
  ): ReturnType<DatabaseSession['attempt']>
  close(): Promise<void>
}

export async function openDatabaseSession(url: string): Promise<DatabaseSession> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()

  async function attempt(sql: string) {
    try {
      return { rows: (await client.query(sql)).rows as Record<string, unknown>[] }
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error
      return { refused: error.code ?? 'unknown' }
    }
  }

  return {
    attempt,
    async attemptAs({ tenantId = '', userId = '' }, sql) {
      await client.query('begin')
      try {
        await client.query(
          `select set_config('app.tenant_id', $1, true), set_config('app.user_id', $2, true)`,
          [tenantId, userId],
        )
        return await attempt(sql)
      } finally {
        await client.query('rollback')
      }
    },
    close: () => client.end(),
  }
}
