export { default as identityDatabase } from '../mikro-orm.config.ts'
export { createIdentityApp, type IdentityApp, type IdentityDependencies } from './app.ts'
export type { IdentityConfig } from './config.ts'
export { limits } from './modules/rate-limits/limits.ts'
