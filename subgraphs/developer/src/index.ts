export { default as developerDatabase } from '../mikro-orm.config.ts'
export { createDeveloperApp, type DeveloperApp, type DeveloperDependencies } from './app.ts'
export type { DeveloperConfig } from './config.ts'
