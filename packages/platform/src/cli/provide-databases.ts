/**
 * Makes roles, schemas and tables of every service, or brings them up to date; then ends. Run it
 * before the services, as the only program that knows the administrator's password.
 */
import { EnvironmentError } from '@logicspike/environment'
import { createLogger } from '@logicspike/telemetry'
import { passwordsIn, readDatabasesEnvironment } from '../environment.ts'
import { provideDatabases } from '../provide-databases.ts'

try {
  const environment = readDatabasesEnvironment()
  await provideDatabases({
    adminUrl: environment.ADMIN_DATABASE_URL,
    database: environment.DATABASE_NAME,
    passwords: passwordsIn(environment),
    log: createLogger({ name: 'provide-databases' }),
  })
} catch (error) {
  if (!(error instanceof EnvironmentError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}
