import { quoteName } from './sql.ts'

/**
 * Statements for a migration that changes rows of every tenant, to be added in this order.
 *
 * Policies bind the owner too, and no tenant is set while migrations run: a plain `update` would
 * change nothing, and say nothing. The table is locked until the migration commits.
 * @param table with its schema: `tenancy.members`
 */
export function acrossTenants(table: string, sql: string): string[] {
  const name = table.split('.').map(quoteName).join('.')
  return [
    `alter table ${name} no force row level security`,
    sql,
    `alter table ${name} force row level security`,
  ]
}
