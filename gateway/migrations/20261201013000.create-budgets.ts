// Forward-safe: the first tables of the gateway; the previous release uses none.
import { Migration } from '@logicspike/database'

export class CreateBudgets20261201013000 extends Migration {
  override up(): void {
    // Columns and their order are those that rate-limiter-flexible writes to.
    this.addSql(`create table gateway.budgets (
      key text primary key,
      points bigint not null,
      expire bigint)`)
    this.addSql(
      `comment on table gateway.budgets is 'Units taken in the current window of each rate limit; expire in milliseconds since 1970'`,
    )
    this.addSql('create index budgets_expiry_index on gateway.budgets (expire)')
  }

  override down(): void {
    this.addSql('drop table gateway.budgets')
  }
}
