/** What programs other than Jest use of it, such as benchmarks: nothing here needs a test runner. */
export { startDisposablePostgres } from '../disposable-postgres.ts'
export { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from './test-database.ts'
