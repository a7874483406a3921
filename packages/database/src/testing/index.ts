export { testAdminUrl } from './admin-url.ts'
export { assertMigrationsMatchEntities } from './assert-migrations-match-entities.ts'
export { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from './test-database.ts'
export { useTestDatabase } from './use-test-database.ts'
