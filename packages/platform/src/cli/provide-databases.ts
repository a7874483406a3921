/**
 * Makes roles, schemas and tables of every service, or brings them up to date; then ends. Run it
 * before the services, as the only program that knows the administrator's password.
 */
import { EnvironmentError } from '@logicspike/environment'
import { createLogger } from '@logicspike/telemetry'
import { readDatabasesEnvironment } from '../environment.ts'
import { provideDatabases } from '../provide-databases.ts'

try {
  const environment = readDatabasesEnvironment()
  await provideDatabases({
    adminUrl: environment.ADMIN_DATABASE_URL,
    database: environment.DATABASE_NAME,
    passwords: {
      'identity.owner': environment.IDENTITY_OWNER_PASSWORD,
      'identity.service': environment.IDENTITY_SERVICE_PASSWORD,
      'tenancy.owner': environment.TENANCY_OWNER_PASSWORD,
      'tenancy.service': environment.TENANCY_SERVICE_PASSWORD,
    },
    log: createLogger({ name: 'provide-databases' }),
  })
} catch (error) {
  if (!(error instanceof EnvironmentError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}
