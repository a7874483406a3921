import type { Configuration } from '@mikro-orm/core'
import { PostgreSqlConnection, PostgreSqlDriver } from '@mikro-orm/postgresql'

type Dialect = ReturnType<PostgreSqlConnection['createKyselyDialect']>
type Driver = ReturnType<Dialect['createDriver']>

/**
 * MikroORM's driver, made to give connections back to the pool that broke in a transaction.
 *
 * Kysely 0.29 returns a connection only after `rollback` succeeded, and after a failed `begin`
 * never: each transaction that a restart of the database interrupts would take one connection of
 * the pool with it, until none is left and the service waits for ever.
 */
export class ResilientDriver extends PostgreSqlDriver {
  protected override readonly connection: PostgreSqlConnection

  constructor(config: Configuration) {
    super(config)
    this.connection = new ResilientConnection(config)
  }
}

class ResilientConnection extends PostgreSqlConnection {
  override createKyselyDialect(
    overrides: Parameters<PostgreSqlConnection['createKyselyDialect']>[0],
  ): Dialect {
    const dialect = super.createKyselyDialect(overrides)
    const createDriver = dialect.createDriver.bind(dialect)
    dialect.createDriver = () => givingBack(createDriver())
    return dialect
  }
}

function givingBack(driver: Driver): Driver {
  const begin = driver.beginTransaction.bind(driver)
  const rollback = driver.rollbackTransaction.bind(driver)
  driver.beginTransaction = async (connection, settings) => {
    try {
      await begin(connection, settings)
    } catch (error) {
      await driver.releaseConnection(connection)
      throw error
    }
  }
  driver.rollbackTransaction = async (connection) => {
    try {
      await rollback(connection)
    } catch (error) {
      // With the connection the transaction is gone, and the pool throws the connection away. One
      // that still answers may hold an open transaction, and must not be lent to anybody else.
      if (isAnswer(error)) throw error
    }
  }
  return driver
}

/** Whether the server refused the statement, rather than the connection being broken. */
const isAnswer = (error: unknown): boolean =>
  error instanceof Error && 'severity' in error && error.severity === 'ERROR'
