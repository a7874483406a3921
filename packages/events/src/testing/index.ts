export { outboxDatabase } from './outbox-database.ts'
export { tailReaches } from './tail-reaches.ts'
