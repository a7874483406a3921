import type { Logger } from '@logicspike/telemetry'
import type pg from 'pg'
import { createOrm } from './orm.ts'
import { serviceRole } from './provision.ts'
import { rolesOf, type ServiceDatabase } from './service-database.ts'
import { quoteName, withConnection } from './sql.ts'

export type MigrateOptions = ServiceDatabase & { readonly ownerUrl: string; readonly log: Logger }

/**
 * Runs the migrations that have not run yet, all or none, as the schema's owner. Several processes
 * may start at once: one migrates, the others wait and find nothing to do. Then gives the grants.
 * @returns the names of those that ran
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const { service, ownerUrl } = options
  return withConnection(ownerUrl, async (lock) => {
    await lock.query('select pg_advisory_lock(hashtextextended($1, 0))', [`migrate:${service}`])
    const names = await withMigrator(options, async (migrator) => migrator.up())
    await keepFromLying(lock, options)
    await giveGrants(lock, options)
    return names
  })
}

/** The service may read how far its schema is, and not lie about it. */
async function keepFromLying(owner: pg.Client, options: ServiceDatabase): Promise<void> {
  const { service } = options
  if (!rolesOf(options).includes('service')) return
  const table = `${quoteName(service)}.schema_migrations`
  const user = quoteName(serviceRole(service))
  await owner.query(`revoke insert, update, delete on ${table} from ${user}`)
}

async function giveGrants(owner: pg.Client, { service, grants = [] }: ServiceDatabase) {
  const schema = quoteName(service)
  for (const { table, role, privileges } of grants) {
    const found = await owner.query('select from pg_roles where rolname = $1', [role])
    if (found.rowCount === 0) continue
    await owner.query(`grant usage on schema ${schema} to ${quoteName(role)}`)
    const rights = privileges.join(', ')
    await owner.query(`grant ${rights} on ${schema}.${quoteName(table)} to ${quoteName(role)}`)
  }
}

/** Reverts everything, newest first. For tests and for a developer's own machine. */
export const revertAll = (options: MigrateOptions): Promise<string[]> =>
  withMigrator(options, (migrator) => migrator.down({ to: 0 }))

type Migrator = Awaited<ReturnType<typeof createOrm>>['migrator']

async function withMigrator(
  options: MigrateOptions,
  run: (migrator: Migrator) => Promise<{ name: string }[]>,
): Promise<string[]> {
  const { ownerUrl: url, ...rest } = options
  const orm = await createOrm({ ...rest, url, poolSize: 2 })
  try {
    return (await run(orm.migrator)).map(({ name }) => name)
  } finally {
    await orm.close()
  }
}
