export { default as billingDatabase } from '../mikro-orm.config.ts'
export { type BillingApp, type BillingDependencies, createBillingApp } from './app.ts'
export type { BillingConfig } from './config.ts'
