import type { Logger } from '@logicspike/telemetry'
import { Migrator } from '@mikro-orm/migrations'
import { type EntityManager, MikroORM, type Options } from '@mikro-orm/postgresql'
import { closeWhenAtRest } from './close-orm.ts'
import { ormLogger } from './orm-logger.ts'
import { ResilientDriver } from './resilient-driver.ts'
import type { ServiceDatabase } from './service-database.ts'
import { sessionVariables } from './session-variables.ts'
import { assertServiceName } from './sql.ts'
import { tenantReferences } from './tenant-reference.ts'

export type OrmOptions = ServiceDatabase & {
  readonly url: string
  readonly log: Logger
  /** Most connections at a time; default 10. */
  readonly poolSize?: number
}

export type Orm = MikroORM & {
  /** Resolves when the database answers; for readiness. */
  ping(): Promise<void>
}

/** On whose behalf rows are read and written. */
export type Caller = { readonly tenantId?: string | null; readonly userId?: string | null }

/** How long to wait for a connection of the pool or of the server, in milliseconds. */
const connectTimeout = 5_000

/**
 * Connects a service to its schema. Connections are opened on demand and replaced after a restart
 * of the database; the process neither ends nor has to be restarted.
 */
export async function createOrm(options: OrmOptions): Promise<Orm> {
  const orm = await MikroORM.init(ormConfiguration(options))
  const ping = async () => void (await orm.em.getConnection().execute('select 1'))
  const close = orm.close.bind(orm)
  return Object.assign(orm, { ping, close: () => closeWhenAtRest(orm, close) })
}

/**
 * An entity manager that sees what `caller` may see. Make one for each request or job: it remembers
 * what it has read, so sharing one would show the rows of one caller to the next.
 *
 * Both variables are always set, to `''` when absent, which no policy matches.
 */
export function forkFor(orm: MikroORM, caller: Caller): EntityManager {
  return orm.em.fork({
    session: {
      variables: {
        [sessionVariables.tenantId]: caller.tenantId ?? '',
        [sessionVariables.userId]: caller.userId ?? '',
      },
    },
  })
}

/** One configuration for the running service, its migrations and its tests. */
export function ormConfiguration(options: OrmOptions): Options {
  const { service, url, entities, migrations, log, poolSize = 10 } = options
  assertServiceName(service)
  return {
    driver: ResilientDriver,
    clientUrl: url,
    schema: service,
    entities: [...entities],
    extensions: [Migrator, tenantReferences(options.references ?? [])],
    // Variables live as long as one transaction, so none can stay behind on a pooled connection.
    sessionContext: 'transaction',
    ensureDatabase: false,
    forceUtcTimezone: true,
    allowGlobalContext: false,
    ignoreUndefinedInQuery: false,
    validateRequired: true,
    preferReadReplicas: false,
    // The list is complete, and nothing may be guessed from constructors or source files.
    discovery: {
      checkDuplicateTableNames: true,
      inferDefaultValues: false,
      warnWhenNoEntities: false,
    },
    metadataCache: { enabled: false },
    pool: { min: 0, max: poolSize, idleTimeoutMillis: 10_000 },
    driverOptions: {
      application_name: service,
      connectionTimeoutMillis: connectTimeout,
      keepAlive: true,
    },
    loggerFactory: ormLogger(log),
    colors: false,
    migrations: {
      tableName: 'schema_migrations',
      migrationsList: migrations.map((migration) => ({ class: migration, name: migration.name })),
      transactional: true,
      allOrNothing: true,
      snapshot: false,
      silent: true,
    },
    schemaGenerator: { disableForeignKeys: false, skipTables: ['schema_migrations'] },
  }
}
