export { assemblePlatform, type Platform, type PlatformParts } from './assemble-platform.ts'
export {
  type DatabaseUrls,
  databaseRoles,
  platformDatabases,
  provideDatabases,
  serviceDatabases,
} from './provide-databases.ts'
export type { ServicesOptions } from './services/service-definitions.ts'
export { type Services, startServices } from './services/start-services.ts'
export { supergraphPath } from './supergraph-path.ts'
export { callers, type SubgraphName, subgraphNames } from './wiring.ts'
