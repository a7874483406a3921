import { afterAll, beforeAll } from '@jest/globals'
import { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from './test-database.ts'

/**
 * Gives the test file a database of its own, and drops it after the last test. Call it at the top
 * of the file; what it returns may be used inside tests and hooks.
 */
export function useTestDatabase(options: TestDatabaseOptions): TestDatabase {
  let database: TestDatabase | undefined
  beforeAll(async () => {
    database = await createTestDatabase(options)
  })
  afterAll(async () => {
    await database?.close()
  })
  const ready = (): TestDatabase => {
    if (!database) throw new Error('The test database exists from beforeAll to afterAll only.')
    return database
  }
  return {
    get name() {
      return ready().name
    },
    get adminUrl() {
      return ready().adminUrl
    },
    orm: (service) => ready().orm(service),
    forkFor: (service, caller) => ready().forkFor(service, caller),
    serviceUrl: (service) => ready().serviceUrl(service),
    roleUrl: (service, role) => ready().roleUrl(service, role),
    ownerUrl: (service) => ready().ownerUrl(service),
    asAdmin: (sql, parameters) => ready().asAdmin(sql, parameters),
    close: () => ready().close(),
  }
}
