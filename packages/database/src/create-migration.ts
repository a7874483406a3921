import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '@logicspike/telemetry'
import { startDisposablePostgres } from './disposable-postgres.ts'
import { migrate } from './migrations.ts'
import { createOrm } from './orm.ts'
import { provisionSchema } from './provision.ts'
import { type SchemaDiff, schemaDiff } from './schema-diff.ts'
import { rolesOf, type ServiceDatabase } from './service-database.ts'

export type CreateMigrationOptions = {
  readonly database: ServiceDatabase
  /** Kebab-case, what it does: `add-plan-subscriptions`. */
  readonly name: string
  readonly directory: string
  readonly now: Date
  readonly log: Logger
}

/**
 * Writes the migration that takes a database with all existing migrations to what the entities
 * say. The comparison is made on a real, throw-away PostgreSQL, so there is no snapshot to keep.
 * @returns the file written, or null when there is nothing to do
 */
export async function createMigration(options: CreateMigrationOptions): Promise<string | null> {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(options.name)) {
    throw new Error(`A migration is named like add-plan-subscriptions, not ${options.name}.`)
  }
  const diff = await diffOnFreshDatabase(options.database, options.log)
  if (diff.up.length === 0) return null
  const file = join(options.directory, `${timestamp(options.now)}.${options.name}.ts`)
  await mkdir(options.directory, { recursive: true })
  await writeFile(file, migrationSource(options.name, options.now, diff), { flag: 'wx' })
  return file
}

async function diffOnFreshDatabase(database: ServiceDatabase, log: Logger): Promise<SchemaDiff> {
  const server = await startDisposablePostgres(log)
  try {
    const { ownerUrl } = await provisionSchema({
      adminUrl: server.adminUrl,
      database: 'diff',
      service: database.service,
      ownerPassword: randomUUID(),
      rolePasswords: Object.fromEntries(rolesOf(database).map((it) => [it, randomUUID()])),
    })
    await migrate({ ...database, ownerUrl, log })
    const orm = await createOrm({ ...database, url: ownerUrl, log })
    return await schemaDiff(orm).finally(() => orm.close())
  } finally {
    await server.stop()
  }
}

/** The text of a migration file. */
export function migrationSource(name: string, now: Date, diff: SchemaDiff): string {
  return `// Forward-safe: say here why the previous release keeps working while this one runs.
import { Migration } from '@logicspike/database'

export class ${className(name, now)} extends Migration {
  override up(): void {
${calls(diff.up)}
  }

  override down(): void {
${calls(diff.down)}
  }
}
`
}

const calls = (statements: readonly string[]): string =>
  statements.map((sql) => `    this.addSql(\`${sql.replace(/[\\`$]/g, '\\$&')}\`)`).join('\n')

/** The name in the table of migrations. The time makes it unique, as two may do the same thing. */
const className = (name: string, now: Date): string => {
  const words = name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return `${words.join('')}${timestamp(now)}`
}

/** UTC, to the second: 20270131235959. */
const timestamp = (now: Date): string => now.toISOString().replace(/\D/g, '').slice(0, 14)
