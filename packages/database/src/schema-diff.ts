import type { MikroORM } from '@mikro-orm/postgresql'

/** SQL statements, in order, blank lines between groups left out. */
export type SchemaDiff = { readonly up: readonly string[]; readonly down: readonly string[] }

/**
 * What would have to be run for the connected database to have what the entities say (`up`), and
 * what would undo that (`down`). Policies are compared as well. Both are empty when they agree.
 */
export async function schemaDiff(orm: MikroORM): Promise<SchemaDiff> {
  const { up, down } = await orm.schema.getUpdateSchemaMigrationSQL({ wrap: false })
  return { up: statements(up), down: statements(down) }
}

/**
 * The schema itself is made and owned by provisioning; the comparison cannot see it while it holds
 * no table, and the owner is not allowed to make one.
 */
const ofProvisioning = /^(create|drop) schema /

/** MikroORM ends each statement with a semicolon at the end of a line, and uses none within. */
const statements = (sql: string): string[] =>
  sql
    .split(/;\n+/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '' && !ofProvisioning.test(statement))
