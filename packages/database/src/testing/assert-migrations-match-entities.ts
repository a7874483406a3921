import { randomBytes } from 'node:crypto'
import { createLogger } from '@logicspike/telemetry'
import { migrate, revertAll } from '../migrations.ts'
import { createOrm } from '../orm.ts'
import { provisionSchema } from '../provision.ts'
import { schemaDiff } from '../schema-diff.ts'
import { rolesOf, type ServiceDatabase } from '../service-database.ts'
import { quoteName, withConnection } from '../sql.ts'
import { testAdminUrl } from './admin-url.ts'
import { testPassword } from './template.ts'
import { testDatabasePrefix } from './test-run.ts'

/**
 * Runs a service's migrations on an empty database and compares the outcome, policies included,
 * with its entities; then reverts them, which must leave nothing, and runs them once more.
 * @throws with the SQL that would mend the difference, or with what was left behind
 */
export async function assertMigrationsMatchEntities(service: ServiceDatabase): Promise<void> {
  const adminUrl = await testAdminUrl()
  const log = createLogger({ name: 'migrations', level: 'error' })
  const database = `${testDatabasePrefix()}migrations_${randomBytes(4).toString('hex')}`
  const name = service.service
  const { ownerUrl } = await provisionSchema({
    adminUrl,
    database,
    service: name,
    ownerPassword: testPassword,
    rolePasswords: Object.fromEntries(rolesOf(service).map((it) => [it, testPassword])),
  })
  const options = { ...service, ownerUrl, log }
  try {
    await migrate(options)
    await assertNoDifference(options)
    await revertAll(options)
    await assertNothingLeft(ownerUrl, name)
    await migrate(options)
  } finally {
    await withConnection(adminUrl, (server) =>
      server.query(`drop database ${quoteName(database)} with (force)`),
    )
  }
}

async function assertNoDifference(options: Parameters<typeof migrate>[0]): Promise<void> {
  const orm = await createOrm({ ...options, url: options.ownerUrl })
  const { up } = await schemaDiff(orm).finally(() => orm.close())
  if (up.length > 0) {
    throw new Error(`The migrations of ${options.service} lack:\n${up.join(';\n')}`)
  }
}

async function assertNothingLeft(ownerUrl: string, schema: string): Promise<void> {
  const left = await withConnection(ownerUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>(objectsOf, [schema])
    return rows.map(({ name }) => name)
  })
  if (left.length > 0) throw new Error(`Reverting ${schema} left behind: ${left.join(', ')}`)
}

/** Tables, views, sequences, types and functions, but for the table of migrations. */
const objectsOf = `
  select relname as name from pg_class
  where relnamespace = $1::regnamespace and relname not like 'schema\\_migrations%'
  union all
  select proname from pg_proc where pronamespace = $1::regnamespace
  union all
  select typname from pg_type
  where typnamespace = $1::regnamespace and typtype in ('e', 'd')`
