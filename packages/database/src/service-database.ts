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
  /** Roles `<service>_<name>` that use the schema, besides its owner; one, `service`, when absent. */
  readonly roles?: readonly string[]
  /** What roles of other schemas may do with its tables. */
  readonly grants?: readonly TableGrant[]
}

/** Given after every migration, where the role exists; the schema is opened to the role with it. */
export type TableGrant = {
  readonly table: string
  readonly role: string
  readonly privileges: readonly ('select' | 'insert' | 'update' | 'delete')[]
}

export const rolesOf = ({ roles = ['service'] }: ServiceDatabase): readonly string[] => roles
