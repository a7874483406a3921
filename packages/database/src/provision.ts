import type pg from 'pg'
import { scramVerifier } from './scram-verifier.ts'
import {
  assertServiceName,
  quoteName,
  quoteText,
  urlOfDatabase,
  urlOfRole,
  withConnection,
} from './sql.ts'

export type SchemaOptions = {
  /** A superuser's URL, or that of a role with CREATEDB and CREATEROLE. Its database is the lock. */
  readonly adminUrl: string
  /** Made when absent. Several services may share it, each may have its own. */
  readonly database: string
  readonly service: string
  readonly ownerPassword: string
  /** Passwords of the roles `<service>_<name>` that use the schema, by name. */
  readonly rolePasswords: Readonly<Record<string, string>>
}

export type ProvisionedSchema = {
  /** For migrations only. */
  readonly ownerUrl: string
  /** Of each role, by name. */
  readonly roleUrls: Readonly<Record<string, string>>
}

export type ProvisionOptions = Omit<SchemaOptions, 'rolePasswords'> & {
  readonly servicePassword: string
}

export type ProvisionedService = {
  /** For migrations only. */
  readonly ownerUrl: string
  /** For the running service: may read and write rows, owns nothing, is bound by every policy. */
  readonly serviceUrl: string
}

/** Roles are known to the whole server: the same service in two databases shares them. */
export const roleOf = (service: string, name: string): string => `${service}_${name}`
export const ownerRole = (service: string): string => roleOf(service, 'owner')
export const serviceRole = (service: string): string => roleOf(service, 'service')

/** How long one statement, an idle transaction, and the wait for a lock may take. */
const serviceLimits = {
  statement_timeout: '30s',
  idle_in_transaction_session_timeout: '30s',
  lock_timeout: '10s',
}

/** Spelled out on creation, compared afterwards: a role that gained rights is an error. */
const attributes = 'login nosuperuser nobypassrls nocreatedb nocreaterole noinherit noreplication'

/** Any number that other programs are unlikely to use for their locks. */
const provisioningLock = 4_711_200_317

/**
 * Gives a service its schema and its two roles in a database. May be repeated, also by several
 * processes at once: the second finds everything in place and only renews passwords and limits.
 * @throws when a role of that name exists and can do more than it should
 */
export async function provisionService(options: ProvisionOptions): Promise<ProvisionedService> {
  const { servicePassword, ...rest } = options
  const rolePasswords = { service: servicePassword }
  const { ownerUrl, roleUrls } = await provisionSchema({ ...rest, rolePasswords })
  return { ownerUrl, serviceUrl: roleUrls.service ?? '' }
}

/**
 * The same for a schema with other roles than one for the service. `service` may read and write
 * every table; what other roles may do there, the migrations say.
 */
export async function provisionSchema(options: SchemaOptions): Promise<ProvisionedSchema> {
  const { adminUrl, database, service, rolePasswords } = options
  const names = Object.keys(rolePasswords)
  for (const name of [service, ...names]) assertServiceName(name)
  await withConnection(adminUrl, async (server) => {
    await server.query('select pg_advisory_lock($1)', [provisioningLock])
    await provideRole(server, ownerRole(service), options.ownerPassword)
    const owner = quoteName(ownerRole(service))
    await server.query(`alter role ${owner} set search_path = ${quoteName(service)}`)
    for (const [name, password] of Object.entries(rolePasswords)) {
      await provideRole(server, roleOf(service, name), password)
      await limitRole(server, roleOf(service, name), service)
    }
    await provideDatabase(server, database)
    await grantConnect(server, database, service, names)
    await withConnection(urlOfDatabase(adminUrl, database), (inside) =>
      provideSchema(inside, service, names),
    )
  })
  const url = urlOfDatabase(adminUrl, database)
  const roleUrl = ([name, password]: [string, string]) =>
    [name, urlOfRole(url, roleOf(service, name), password)] as const
  return {
    ownerUrl: urlOfRole(url, ownerRole(service), options.ownerPassword),
    roleUrls: Object.fromEntries(Object.entries(rolePasswords).map(roleUrl)),
  }
}

/**
 * Lets a role of a schema elsewhere connect to a database, making the role where the server does
 * not know it: the sequencer, where a service has a database of its own. What it may do there, the
 * `grants` of that service say.
 * @returns its URL there
 */
export async function provisionVisitor(options: {
  readonly adminUrl: string
  readonly database: string
  readonly role: string
  readonly password: string
}): Promise<string> {
  const { adminUrl, database, role, password } = options
  assertServiceName(role)
  await withConnection(adminUrl, async (server) => {
    await server.query('select pg_advisory_lock($1)', [provisioningLock])
    await provideRole(server, role, password)
    await limitRole(server, role)
    await provideDatabase(server, database)
    await server.query(`grant connect on database ${quoteName(database)} to ${quoteName(role)}`)
  })
  return urlOfRole(urlOfDatabase(adminUrl, database), role, password)
}

async function provideRole(server: pg.Client, role: string, password: string): Promise<void> {
  const name = quoteName(role)
  const found = await server.query<RoleAttributes>(roleAttributes, [role])
  const verifier = quoteText(scramVerifier(password))
  if (found.rows[0] === undefined) {
    // An administrator who is no superuser must be able to act for the owner it creates.
    await server.query(`set createrole_self_grant = 'set, inherit'`)
    await server.query(`create role ${name} ${attributes} password ${verifier}`)
    return
  }
  assertHarmless(role, found.rows[0])
  await server.query(`alter role ${name} password ${verifier}`)
}

type RoleAttributes = { readonly login: boolean; readonly excess: boolean }

const roleAttributes = `
  select rolcanlogin as login,
         rolsuper or rolbypassrls or rolcreatedb or rolcreaterole or rolreplication as excess
  from pg_roles where rolname = $1`

function assertHarmless(role: string, { login, excess }: RoleAttributes): void {
  if (!login || excess) {
    throw new Error(`Role ${role} exists and is not as we make it. Correct or drop it by hand.`)
  }
}

async function limitRole(server: pg.Client, role: string, searchPath?: string): Promise<void> {
  const settings = { ...serviceLimits, ...(searchPath && { search_path: searchPath }) }
  for (const [setting, value] of Object.entries(settings)) {
    await server.query(`alter role ${quoteName(role)} set ${setting} = ${quoteText(value)}`)
  }
}

async function provideDatabase(server: pg.Client, database: string): Promise<void> {
  const found = await server.query('select from pg_database where datname = $1', [database])
  if (found.rowCount === 0) await server.query(`create database ${quoteName(database)}`)
}

/**
 * Who may connect is no part of a template: a database cloned from one needs this again.
 * TEMPORARY goes with CONNECT, so that nobody but the owner can create anything anywhere.
 */
export async function grantConnect(
  server: pg.Client,
  database: string,
  service: string,
  roles: readonly string[],
): Promise<void> {
  const name = quoteName(database)
  const users = ['owner', ...roles].map((it) => quoteName(roleOf(service, it)))
  await server.query(`revoke all on database ${name} from public`)
  await server.query(`grant connect on database ${name} to ${users.join(', ')}`)
}

async function provideSchema(
  inside: pg.Client,
  service: string,
  roles: readonly string[],
): Promise<void> {
  const [schema, owner] = [service, ownerRole(service)].map(quoteName)
  const users = roles.map((it) => quoteName(roleOf(service, it))).join(', ')
  await inside.query('begin')
  await inside.query('revoke all on schema public from public')
  await inside.query(`create schema if not exists ${schema} authorization ${owner}`)
  await inside.query(`revoke all on schema ${schema} from public`)
  await inside.query(`grant usage on schema ${schema} to ${users}`)
  // What the owner creates from now on. Functions are open to everybody unless this is said.
  const byDefault = `alter default privileges for role ${owner}`
  await inside.query(`${byDefault} revoke execute on functions from public`)
  if (roles.includes('service')) {
    const user = quoteName(serviceRole(service))
    await inside.query(
      `${byDefault} in schema ${schema} grant select, insert, update, delete on tables to ${user}`,
    )
    await inside.query(`${byDefault} in schema ${schema} grant usage on sequences to ${user}`)
    await inside.query(`${byDefault} in schema ${schema} grant execute on functions to ${user}`)
  }
  await inside.query('commit')
}
