import type { EntityManager } from '@mikro-orm/postgresql'

type Query = { readonly text: string; readonly values: readonly unknown[] }

/** What rate-limiter-flexible wants of node-postgres' client, over the ORM's own connections. */
export function rateLimitStore(em: () => EntityManager) {
  return {
    async query({ text, values }: Query): Promise<{ rows: object[]; rowCount: number }> {
      const { sql, parameters } = withQuestionMarks(text, values)
      const rows = await em().execute<object[]>(sql, parameters, 'all')
      return { rows, rowCount: rows.length }
    },
  }
}

/** `$2, $1, $2` → `?, ?, ?` with the values in the order they are used. */
function withQuestionMarks(text: string, values: readonly unknown[]) {
  const parameters: unknown[] = []
  const sql = text.replace(/\$(\d+)/g, (_, place: string) => {
    parameters.push(values[Number(place) - 1])
    return '?'
  })
  return { sql, parameters }
}
