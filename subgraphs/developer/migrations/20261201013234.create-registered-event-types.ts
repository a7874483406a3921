// Forward-safe: adds a table that the previous release does not know.
import { Migration } from '@logicspike/database'

export class CreateRegisteredEventTypes20261201013234 extends Migration {
  override up(): void {
    this.addSql(
      `create table "developer"."registered_event_types" ("name" text not null, "version" int not null, "service" text not null, "description" text not null, "schema" jsonb not null, "registered_at" timestamptz not null, primary key ("name", "version"))`,
    )
    this.addSql(
      `comment on table "developer"."registered_event_types" is 'Event types of services that are not the platform’s own; the same for every workspace'`,
    )
    this.addSql(
      `create index "registered_event_types_service_index" on "developer"."registered_event_types" ("service")`,
    )
  }

  override down(): void {
    this.addSql(`drop table if exists "developer"."registered_event_types" cascade`)
  }
}
