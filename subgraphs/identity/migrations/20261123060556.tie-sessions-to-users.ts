// Forward-safe: no release has run before this one.
import { Migration } from '@logicspike/database'

export class TieSessionsToUsers20261123060556 extends Migration {
  override up(): void {
    this.addSql(
      `alter table "identity"."oauth_clients" drop constraint "oauth_clients_name_unique"`,
    )
    this.addSql(`alter table "identity"."oauth_clients" drop column "name"`)
    this.addSql(
      `alter table "identity"."sessions" add constraint "sessions_user_id_foreign" foreign key ("user_id") references "identity"."users" ("id")`,
    )
  }

  override down(): void {
    this.addSql(`alter table "identity"."sessions" drop constraint "sessions_user_id_foreign"`)
    this.addSql(`alter table "identity"."oauth_clients" add "name" text not null`)
    this.addSql(
      `alter table "identity"."oauth_clients" add constraint "oauth_clients_name_unique" unique ("name")`,
    )
  }
}
