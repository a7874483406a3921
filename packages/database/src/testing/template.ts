import { createHash } from 'node:crypto'
import type { Logger } from '@logicspike/telemetry'
import { migrate } from '../migrations.ts'
import { provisionSchema } from '../provision.ts'
import { rolesOf, type ServiceDatabase } from '../service-database.ts'
import { quoteName, withConnection } from '../sql.ts'
import { testDatabasePrefix } from './test-run.ts'

/** Test roles exist on throw-away servers that listen on the loopback interface. */
export const testPassword = 'test-only'

/**
 * A database with the services' schemas, migrated, to clone from. It is made once for each set of
 * migrations, by whichever test process comes first; the others wait.
 */
export async function provideTemplate(
  adminUrl: string,
  services: readonly ServiceDatabase[],
  log: Logger,
): Promise<string> {
  const template = templateName(services)
  await withConnection(adminUrl, async (server) => {
    await server.query('select pg_advisory_lock(hashtextextended($1, 0))', [template])
    const found = await server.query('select from pg_database where datname = $1', [template])
    if (found.rowCount !== 0) return
    // Under another name until it is complete, so that a crash leaves no half-made template.
    const unfinished = `${template}_unfinished`
    await server.query(`drop database if exists ${quoteName(unfinished)} with (force)`)
    for (const service of rolesFirst(services)) {
      await addService(adminUrl, unfinished, service, log)
    }
    await server.query(`alter database ${quoteName(unfinished)} rename to ${quoteName(template)}`)
  })
  return template
}

async function addService(
  adminUrl: string,
  database: string,
  service: ServiceDatabase,
  log: Logger,
): Promise<void> {
  const { ownerUrl } = await provisionSchema({
    adminUrl,
    database,
    service: service.service,
    ownerPassword: testPassword,
    rolePasswords: Object.fromEntries(rolesOf(service).map((it) => [it, testPassword])),
  })
  await migrate({ ...service, ownerUrl, log })
}

/** Roles that others grant something to are there when they do. */
const rolesFirst = (services: readonly ServiceDatabase[]): ServiceDatabase[] =>
  services.toSorted((one, other) => Number(!one.roles) - Number(!other.roles))

/** The same name for the same migrations, whatever the order of services. */
function templateName(services: readonly ServiceDatabase[]): string {
  const source = services
    .map(({ service, migrations }) => [service, ...migrations.map(String)].join('\n'))
    .sort()
    .join('\n')
  return `${testDatabasePrefix()}template_${createHash('sha256').update(source).digest('hex').slice(0, 16)}`
}
