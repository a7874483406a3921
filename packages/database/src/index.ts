export { Migration } from '@mikro-orm/migrations'
export type { EntityManager } from '@mikro-orm/postgresql'
export { acrossTenants } from './across-tenants.ts'
export { type IsolationFacts, inspectIsolation } from './catalogue.ts'
export { type CreateMigrationOptions, createMigration } from './create-migration.ts'
export {
  isConnectionLost,
  isForeignKeyViolation,
  isTransient,
  isUniqueViolation,
} from './database-errors.ts'
export {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from './embedded-postgres.ts'
export { type AcceptedFault, isolationFaults } from './isolation-faults.ts'
export { advisoryLock, lockRow } from './locks.ts'
export { type MigrateOptions, migrate, revertAll } from './migrations.ts'
export { type Caller, createOrm, forkFor, type Orm, type OrmOptions } from './orm.ts'
export {
  type ProvisionedSchema,
  type ProvisionedService,
  type ProvisionOptions,
  provisionSchema,
  provisionService,
  provisionVisitor,
  type SchemaOptions,
} from './provision.ts'

export { type SchemaDiff, schemaDiff } from './schema-diff.ts'
export {
  type Entity,
  type MigrationClass,
  rolesOf,
  type ServiceDatabase,
  type TableGrant,
} from './service-database.ts'
export { sessionValue, sessionVariables } from './session-variables.ts'
export {
  guardedPolicies,
  type RowLevelSecurity,
  type RowRules,
  tenantOrOwnerPolicies,
  tenantPolicies,
} from './tenant-policies.ts'
export { type TenantReference, tenantReference } from './tenant-reference.ts'
export { inTransaction, type TransactionOptions } from './transaction.ts'
