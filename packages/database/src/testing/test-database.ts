import { randomBytes } from 'node:crypto'
import { createLogger, type Logger } from '@logicspike/telemetry'
import type { EntityManager } from '@mikro-orm/postgresql'
import pg from 'pg'
import { type Caller, createOrm, forkFor, type Orm } from '../orm.ts'
import { grantConnect, ownerRole, roleOf, serviceRole } from '../provision.ts'
import { rolesOf, type ServiceDatabase } from '../service-database.ts'
import { quoteName, urlOfDatabase, urlOfRole, withConnection } from '../sql.ts'
import { testAdminUrl } from './admin-url.ts'
import { connectionsLeft } from './connections-left.ts'
import { provideTemplate, testPassword } from './template.ts'
import { testDatabasePrefix } from './test-run.ts'

export type TestDatabaseOptions = {
  readonly services: readonly ServiceDatabase[]
  /** Most connections of each service; default 4. */
  readonly poolSize?: number
  readonly log?: Logger
}

export type TestDatabase = {
  readonly name: string
  /** A superuser's URL of this database: past every policy, for arranging and for looking. */
  readonly adminUrl: string
  /** Connected as the service's own role. */
  orm(service: string): Orm
  /** An entity manager of the service that sees what `caller` may see. */
  forkFor(service: string, caller: Caller): EntityManager
  serviceUrl(service: string): string
  /** Of a role that a service has besides, or instead of, its service role. */
  roleUrl(service: string, role: string): string
  ownerUrl(service: string): string
  /** Runs one statement as superuser and returns its rows. */
  asAdmin<Row extends object>(sql: string, parameters?: readonly unknown[]): Promise<Row[]>
  /**
   * Closes what it opened and drops the database.
   * @throws when somebody else's connection to it is still open: the test leaks it
   */
  close(): Promise<void>
}

/** A database of its own for a test, cloned from a migrated template. */
export async function createTestDatabase(options: TestDatabaseOptions): Promise<TestDatabase> {
  const { services, poolSize = 4, log = createLogger({ name: 'test', level: 'error' }) } = options
  const serverUrl = await testAdminUrl()
  const template = await provideTemplate(serverUrl, services, log)
  const name = `${testDatabasePrefix()}${randomBytes(6).toString('hex')}`
  await cloneTemplate(serverUrl, template, name, services)
  const adminUrl = urlOfDatabase(serverUrl, name)
  const admins = createAdminPool(adminUrl)
  const serviceUrl = (service: string) => urlOfRole(adminUrl, serviceRole(service), testPassword)
  const ofServiceRole = services.filter((it) => rolesOf(it).includes('service'))
  const orms = new Map<string, Orm>()
  for (const it of ofServiceRole) {
    orms.set(it.service, await createOrm({ ...it, url: serviceUrl(it.service), log, poolSize }))
  }
  const ormOf = (service: string): Orm => {
    const orm = orms.get(service)
    if (!orm) throw new Error(`This test database has no service ${service}.`)
    return orm
  }
  return {
    name,
    adminUrl,
    orm: ormOf,
    forkFor: (service, caller) => forkFor(ormOf(service), caller),
    serviceUrl,
    roleUrl: (service, role) => urlOfRole(adminUrl, roleOf(service, role), testPassword),
    ownerUrl: (service) => urlOfRole(adminUrl, ownerRole(service), testPassword),
    asAdmin: async (sql, parameters = []) => (await admins.query(sql, [...parameters])).rows,
    close: async () => {
      await Promise.all([admins.end(), ...[...orms.values()].map((orm) => orm.close())])
      await dropDatabase(serverUrl, name)
    },
  }
}

/** Kept between statements: a connection costs more than what tests ask over it. */
function createAdminPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    application_name: 'logicspike-admin',
    idleTimeoutMillis: 0,
    allowExitOnIdle: true,
  })
  // One that breaks while idle is replaced by the next statement's.
  pool.on('error', () => {})
  return pool
}

async function cloneTemplate(
  serverUrl: string,
  template: string,
  name: string,
  services: readonly ServiceDatabase[],
): Promise<void> {
  await withConnection(serverUrl, async (server) => {
    await server.query(`create database ${quoteName(name)} template ${quoteName(template)}`)
    for (const it of services) await grantConnect(server, name, it.service, rolesOf(it))
  })
}

async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await withConnection(serverUrl, async (server) => {
    const left = await connectionsLeft(server, name)
    await server.query(`drop database ${quoteName(name)} with (force)`)
    if (left.length > 0) throw new Error(`Connections were left open:\n${left.join('\n')}`)
  })
}
