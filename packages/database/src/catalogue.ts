import type pg from 'pg'
import * as queries from './catalogue-queries.ts'
import { urlOfDatabase, withConnection } from './sql.ts'

/** What PostgreSQL's catalogue says about who can see what in one database. Data, no judgement. */
export type IsolationFacts = {
  /** Schemas that hold a service: those with a role that uses them. */
  readonly services: readonly string[]
  readonly roles: readonly RoleFacts[]
  readonly tables: readonly TableFacts[]
  readonly views: readonly ViewFacts[]
  readonly functions: readonly FunctionFacts[]
  /** Objects that belong to a role other than the owner's. */
  readonly owned: readonly { readonly role: string; readonly object: string }[]
  /** Schemas such a role may use or create in. */
  readonly schemaPrivileges: readonly SchemaPrivilege[]
  /** What such a role may do with tables of another schema. */
  readonly foreignPrivileges: readonly ForeignPrivilege[]
  /** What everybody may do, such as `database app: CONNECT`. */
  readonly publicPrivileges: readonly string[]
}

export type RoleFacts = {
  readonly name: string
  readonly canLogin: boolean
  readonly superuser: boolean
  readonly bypassRls: boolean
  readonly createDb: boolean
  readonly createRole: boolean
  readonly replication: boolean
  /** Roles it may act as. */
  readonly memberOf: readonly string[]
}

export type TableFacts = {
  readonly schema: string
  readonly name: string
  readonly owner: string
  /** Whether it has a column `tenant_id`. */
  readonly tenanted: boolean
  readonly rowSecurity: boolean
  readonly forced: boolean
  readonly policies: readonly PolicyFacts[]
  /** Unique keys and unique indexes other than the primary key. */
  readonly uniqueKeys: readonly KeyFacts[]
  /** First column of every index. */
  readonly indexedFirst: readonly string[]
  readonly foreignKeys: readonly ForeignKeyFacts[]
  /** What the service role may do besides reading and writing rows: TRUNCATE, TRIGGER … */
  readonly excessPrivileges: readonly string[]
}

export type PolicyFacts = {
  readonly name: string
  readonly restrictive: boolean
  readonly command: 'all' | 'select' | 'insert' | 'update' | 'delete'
  /** Whether it binds every role. */
  readonly forEverybody: boolean
  readonly using: string | null
  readonly check: string | null
}

export type KeyFacts = { readonly name: string; readonly columns: readonly string[] }

export type ForeignKeyFacts = KeyFacts & { readonly targetTenanted: boolean }

export type ViewFacts = {
  readonly schema: string
  readonly name: string
  readonly materialized: boolean
  readonly securityInvoker: boolean
}

export type FunctionFacts = {
  readonly schema: string
  readonly name: string
  readonly securityDefiner: boolean
  readonly publicMayExecute: boolean
}

export type SchemaPrivilege = {
  readonly role: string
  readonly schema: string
  readonly privilege: 'USAGE' | 'CREATE'
}

export type ForeignPrivilege = {
  readonly role: string
  readonly table: string
  readonly privilege: 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE'
}

/** Reads the facts of one database. Feed them to `isolationFaults`. */
export const inspectIsolation = (adminUrl: string, database: string): Promise<IsolationFacts> =>
  withConnection(urlOfDatabase(adminUrl, database), readIsolationFacts)

/** The same over a connection you have, inside its transaction. */
export async function readIsolationFacts(client: pg.Client): Promise<IsolationFacts> {
  const services = await rows<{ name: string }>(client, queries.services)
  const publicPrivileges = await rows<{ privilege: string }>(client, queries.publicPrivileges)
  return {
    services: services.map(({ name }) => name),
    roles: await rows<RoleFacts>(client, queries.roles),
    tables: await rows<TableFacts>(client, queries.tables),
    views: await rows<ViewFacts>(client, queries.views),
    functions: await rows<FunctionFacts>(client, queries.functions),
    owned: await rows<{ role: string; object: string }>(client, queries.owned),
    schemaPrivileges: await rows<SchemaPrivilege>(client, queries.schemaPrivileges),
    foreignPrivileges: await rows<ForeignPrivilege>(client, queries.foreignPrivileges),
    publicPrivileges: publicPrivileges.map(({ privilege }) => privilege),
  }
}

async function rows<Row extends object>(client: pg.Client, sql: string): Promise<Row[]> {
  return (await client.query<Row>(sql)).rows
}
