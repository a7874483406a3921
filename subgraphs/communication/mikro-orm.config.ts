import type { ServiceDatabase } from '@logicspike/database'

/** What communication keeps; read by the service, the migration tools and the tests. */
const communicationDatabase: ServiceDatabase = {
  service: 'communication',
  entities: [],
  migrations: [],
}

export default communicationDatabase
