/**
 * Makes the roles, schemas and tables of every service and brings them up to date, then ends. A
 * deployment runs it before it starts new versions of the services.
 */
import { createLogger } from '@logicspike/telemetry'
import { provideDatabases } from '../provide-databases.ts'
import { readProvisioningEnvironment } from './environment.ts'

const environment = readProvisioningEnvironment()
const log = createLogger({ name: 'databases', level: environment.LOG_LEVEL })
const databases = await provideDatabases({
  adminUrl: environment.ADMIN_DATABASE_URL,
  database: environment.DATABASE_NAME,
  passwords: {
    'identity.owner': environment.IDENTITY_OWNER_PASSWORD,
    'identity.service': environment.IDENTITY_SERVICE_PASSWORD,
    'tenancy.owner': environment.TENANCY_OWNER_PASSWORD,
    'tenancy.service': environment.TENANCY_SERVICE_PASSWORD,
  },
  log,
})
log.info({ services: Object.keys(databases) }, 'databases are ready')
