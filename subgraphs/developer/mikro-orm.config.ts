import type { ServiceDatabase } from '@logicspike/database'

/** What developer keeps; read by the service, the migration tools and the tests. */
const developerDatabase: ServiceDatabase = {
  service: 'developer',
  entities: [],
  migrations: [],
}

export default developerDatabase
