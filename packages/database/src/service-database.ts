import type { AnyEntity, Constructor, EntityClass, EntitySchema } from '@mikro-orm/core'
import type { Migration } from '@mikro-orm/migrations'
import type { TenantReference } from './tenant-reference.ts'

export type Entity = EntityClass<AnyEntity> | EntitySchema
export type MigrationClass = Constructor<Migration>

/** What a service keeps: said once in its `mikro-orm.config.ts`, used by service, tools and tests. */
export type ServiceDatabase = {
  /** Also the name of its schema. */
  readonly service: string
  /** Every entity, listed: nothing is found by looking through folders. */
  readonly entities: readonly Entity[]
  /** Every migration, oldest first. */
  readonly migrations: readonly MigrationClass[]
  /** References between rows of the same tenant, see `tenantReference`. */
  readonly references?: readonly TenantReference[]
}
