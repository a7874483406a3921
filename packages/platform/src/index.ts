export { assemblePlatform, type Platform, type PlatformParts } from './assemble-platform.ts'
export { type DatabaseUrls, provideDatabases, serviceDatabases } from './provide-databases.ts'
export { supergraphPath } from './supergraph-path.ts'
export { callers } from './wiring.ts'
