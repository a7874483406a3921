export { default as tenancyDatabase } from '../mikro-orm.config.ts'
export { createTenancyApp, type TenancyApp, type TenancyDependencies } from './app.ts'
export { defaultLimits, type TenancyConfig, type TenancyLimits } from './config.ts'
