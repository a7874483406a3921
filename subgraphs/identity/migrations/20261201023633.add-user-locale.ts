// Forward-safe: the previous release does not name the column, and null is what it would say.
import { Migration } from '@logicspike/database'

export class AddUserLocale20261201023633 extends Migration {
  override up(): void {
    this.addSql(`alter table "identity"."users" add "locale" text null`)
  }

  override down(): void {
    this.addSql(`alter table "identity"."users" drop column "locale"`)
  }
}
