// Forward-safe: adds a table that the previous release does not know. Where it writes to a place for
// the first time meanwhile, the next notification there has it swept.
import { acrossTenants, Migration } from '@logicspike/database'

export class CreateSweptPlaces20261201024349 extends Migration {
  override up(): void {
    this.addSql(
      `create table "communication"."swept_places" ("id" text not null, "due_at" timestamptz not null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "communication"."swept_places" is 'Which workspaces and people have notifications, and when old ones are next removed there'`,
    )
    this.addSql(
      `create index "swept_places_due_index" on "communication"."swept_places" ("due_at")`,
    )
    const known = `insert into communication.swept_places
      select distinct coalesce(tenant_id, user_id), now() from communication.notifications
      where coalesce(tenant_id, user_id) is not null`
    for (const sql of acrossTenants('communication.notifications', known)) this.addSql(sql)
  }

  override down(): void {
    this.addSql(`drop table if exists "communication"."swept_places" cascade`)
  }
}
