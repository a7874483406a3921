import { DeferMode, type EntityClass, type MikroORM } from '@mikro-orm/core'
import { type DatabaseTable, type EntityManager, SchemaGenerator } from '@mikro-orm/postgresql'
import type { Entity } from './service-database.ts'

/** A foreign key `(tenant_id, <property>)` to `(tenant_id, id)`. */
export type TenantReference = {
  readonly from: Entity
  /** A text property, or a relation declared with `createForeignKeyConstraint(false)`. */
  readonly property: string
  readonly to: Entity
  /** What happens to the row when the one it refers to goes; default: that is refused. */
  readonly onDelete?: 'cascade' | 'no action'
}

/**
 * Makes the database refuse a reference to another tenant's row. A plain foreign key does not:
 * PostgreSQL checks it past row-level security, so it accepts, and thereby betrays, foreign ids.
 * List the references beside the entities in the `ServiceDatabase`. They are checked at the end of
 * the transaction, so the order of inserts does not matter.
 */
export const tenantReference = <From extends object>(
  reference: Omit<TenantReference, 'from' | 'property'> & {
    readonly from: EntityClass<From>
    readonly property: keyof From & string
  },
): TenantReference => reference

/** A MikroORM extension: schema comparison and migrations know the references of the list. */
export const tenantReferences = (references: readonly TenantReference[]) => ({
  register: (orm: MikroORM): void =>
    orm.config.registerExtension(
      '@mikro-orm/schema-generator',
      () => new TenantSchemaGenerator(orm, references),
    ),
})

const tenantColumn = 'tenant_id'

class TenantSchemaGenerator extends SchemaGenerator {
  readonly #orm: MikroORM
  readonly #references: readonly TenantReference[]

  constructor(orm: MikroORM, references: readonly TenantReference[]) {
    // The extension is registered by the PostgreSQL driver only.
    super(orm.em as EntityManager)
    this.#orm = orm
    this.#references = references
  }

  override getTargetSchema(...given: Parameters<SchemaGenerator['getTargetSchema']>) {
    const schema = super.getTargetSchema(...given)
    for (const { from, property, to, onDelete } of this.#references) {
      const table = this.#tableOf(schema, from)
      const target = this.#tableOf(schema, to)
      const columns = this.#orm.getMetadata().get(from).properties[property]?.fieldNames ?? []
      if (columns.length !== 1) throw new Error(`${table.name}.${property} is not one column.`)
      addTenantKey(target)
      addReference(table, columns[0] ?? '', target, onDelete ?? 'no action')
    }
    return schema
  }

  #tableOf(schema: ReturnType<SchemaGenerator['getTargetSchema']>, entity: Entity): DatabaseTable {
    const name = this.#orm.getMetadata().get(entity).tableName
    const table = schema.getTable(`${schema.name}.${name}`) ?? schema.getTable(name)
    if (!table) throw new Error(`No table ${name}: list its entity in the ServiceDatabase.`)
    return table
  }
}

/** The key a reference points at. Its first column also serves the policies. */
function addTenantKey(table: DatabaseTable): void {
  const keyName = `${table.name}_tenant_key`
  if (table.hasIndex(keyName)) return
  const columnNames = [tenantColumn, 'id']
  const key = { keyName, columnNames, unique: true, constraint: true, primary: false }
  table.setIndexes([...table.getIndexes(), key])
}

function addReference(
  table: DatabaseTable,
  column: string,
  target: DatabaseTable,
  deleteRule: string,
): void {
  const constraintName = `${table.name}_${column}_tenant_foreign`
  table.setForeignKeys({
    ...table.getForeignKeys(),
    [constraintName]: {
      constraintName,
      columnNames: [tenantColumn, column],
      localTableName: table.getShortestName(),
      referencedTableName: target.getShortestName(),
      referencedColumnNames: [tenantColumn, 'id'],
      deleteRule,
      deferMode: DeferMode.INITIALLY_DEFERRED,
    },
  })
}
