import { randomBytes } from 'node:crypto'

const variable = 'LOGICSPIKE_TEST_RUN'
const ownServerVariable = 'TEST_DATABASE_ADMIN_URL'

/** Names this run for the worker processes to come, which inherit the environment. */
export function beginTestRun(environment = process.env): void {
  environment[variable] = randomBytes(4).toString('hex')
}

/** What the names of this run's databases begin with, so that runs can share a server. */
export const testDatabasePrefix = (environment = process.env): string =>
  `test_${environment[variable] ?? 'alone'}_`

/** A server of your own to test against, as a superuser's URL. */
export const ownServer = (environment = process.env): string | undefined =>
  environment[ownServerVariable]
