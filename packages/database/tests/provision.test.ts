import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, describe, expect, test } from '@jest/globals'
import { createLogger } from '@logicspike/telemetry'
import {
  createOrm,
  forkFor,
  inspectIsolation,
  isolationFaults,
  migrate,
  provisionService,
} from '../src/index.ts'
import { scramVerifier } from '../src/scram-verifier.ts'
import { databaseOf, quoteName, urlOfRole, withConnection } from '../src/sql.ts'
import { testAdminUrl } from '../src/testing/index.ts'
import { Notebook, notes } from './support/notes.ts'

const log = createLogger({ name: 'test', level: 'error' })
const unique = randomBytes(4).toString('hex')
const database = `test_provision_${unique}`
const passwords = { ownerPassword: 'owner-password', servicePassword: 'service-password' }
const adminUrl = await testAdminUrl()
const maintenance = quoteName(databaseOf(adminUrl))

const asAdmin = (sql: string) => withConnection(adminUrl, (server) => server.query(sql))
/** Roles outlive databases, so each service here has a name that no other test file uses. */
const provision = (service: string) =>
  provisionService({ adminUrl, database, service: `${service}_${unique}`, ...passwords })

afterEach(() => asAdmin(`drop database if exists ${quoteName(database)} with (force)`))

afterAll(() =>
  withConnection(adminUrl, async (server) => {
    const { rows } = await server.query<{ roles: string }>(
      `select string_agg(quote_ident(rolname), ', ') as roles from pg_roles where rolname like $1`,
      [`%\\_${unique}%`],
    )
    const roles = rows[0]?.roles
    await server.query(`revoke all on database ${maintenance} from ${roles}`)
    await server.query(`drop role ${roles}`)
  }),
)

describe('provisioning', () => {
  test('keeps two services of one database apart', async () => {
    const first = await provision('alpha')
    await provision('beta')
    expect(isolationFaults(await inspectIsolation(adminUrl, database))).toEqual([])
    await withConnection(first.ownerUrl, (owner) =>
      owner.query('create table things (id text primary key)'),
    )
    await withConnection(first.serviceUrl, async (service) => {
      await expect(service.query('select * from things')).resolves.toMatchObject({ rows: [] })
      await expect(service.query(`select from beta_${unique}.things`)).rejects.toMatchObject({
        code: '42501',
      })
    })
  })

  test('may be repeated, also at the same time', async () => {
    const calls = ['alpha', 'beta', 'alpha', 'beta', 'alpha', 'beta']
    const urls = await Promise.all(calls.map(provision))
    expect(urls[0]).toEqual(urls[4])
    expect(isolationFaults(await inspectIsolation(adminUrl, database))).toEqual([])
  })

  test('renews a password', async () => {
    const { serviceUrl } = await provision('alpha')
    const renewed = { ...passwords, servicePassword: 'another-password' }
    await provisionService({ adminUrl, database, service: `alpha_${unique}`, ...renewed })
    await expect(withConnection(serviceUrl, async () => {})).rejects.toMatchObject({
      code: '28P01',
    })
  })

  test('refuses a role that can do more than it should', async () => {
    await asAdmin(`create role gamma_${unique}_service login createdb`)
    await expect(provision('gamma')).rejects.toThrow(`Role gamma_${unique}_service exists`)
  })

  test('refuses a name that would need quoting', async () => {
    const service = 'notes"; drop schema public; --'
    await expect(provisionService({ adminUrl, database, service, ...passwords })).rejects.toThrow(
      'A service is named by',
    )
  })

  test('needs no superuser', async () => {
    const admin = `admin_${unique}`
    await asAdmin(`create role ${admin} login createdb createrole password 'admin-password'`)
    const own = `${database}_own`
    await asAdmin(`grant connect on database ${maintenance} to ${admin}`)
    const service = `delta_${unique}`
    const url = urlOfRole(adminUrl, admin, 'admin-password')
    try {
      const { ownerUrl } = await provisionService({
        adminUrl: url,
        database: own,
        service,
        ...passwords,
      })
      await provisionService({ adminUrl: url, database: own, service, ...passwords })
      await migrate({ service, entities: [], migrations: [], ownerUrl, log })
      expect(isolationFaults(await inspectIsolation(adminUrl, own))).toEqual([])
    } finally {
      await asAdmin(`drop database if exists ${quoteName(own)} with (force)`)
    }
  })
})

describe('migrating', () => {
  test('by several processes at once runs each migration once', async () => {
    const { ownerUrl, serviceUrl } = await provisionNotes()
    const runs = await Promise.all([1, 2, 3].map(() => migrate({ ...notes, ownerUrl, log })))
    expect(runs.flat()).toEqual(notes.migrations.map(({ name }) => name))
    const orm = await createOrm({ ...notes, url: serviceUrl, log })
    expect(await forkFor(orm, { tenantId: 'a' }).count(Notebook)).toBe(0)
    await orm.close()
  })

  test('that fails leaves nothing behind', async () => {
    const { ownerUrl } = await provisionNotes()
    const [create] = notes.migrations
    if (!create) throw new Error('The notes have a migration.')
    class Broken extends create {
      override up(): void {
        this.addSql('create table notes.half (id text)')
        this.addSql('select 1 / 0')
      }
    }
    const migrations = [create, Broken]
    await expect(migrate({ ...notes, migrations, ownerUrl, log })).rejects.toMatchObject({
      code: '22012',
    })
    const tables = await withConnection(ownerUrl, (owner) =>
      owner.query(`select from pg_tables where schemaname = 'notes' and tablename <> $1`, [
        'schema_migrations',
      ]),
    )
    expect(tables.rowCount).toBe(0)
  })

  // Its roles are those of the other test files: same passwords.
  const provisionNotes = () =>
    provisionService({
      adminUrl,
      database,
      service: 'notes',
      ownerPassword: 'test-only',
      servicePassword: 'test-only',
    })
})

describe('a password for the server', () => {
  test('is sent as the verifier of RFC 7677', () => {
    // The exchange in section 3: user "user", password "pencil".
    const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')
    expect(scramVerifier('pencil', salt)).toBe(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    )
  })

  test('must be plain', () => {
    expect(() => scramVerifier('pass wörd')).toThrow('printable ASCII')
  })
})
