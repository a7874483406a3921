import type { ServiceDatabase } from '@logicspike/database'

/** What billing keeps; read by the service, the migration tools and the tests. */
const billingDatabase: ServiceDatabase = {
  service: 'billing',
  entities: [],
  migrations: [],
}

export default billingDatabase
