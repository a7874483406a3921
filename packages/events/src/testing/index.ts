export { outboxDatabase } from './outbox-database.ts'
