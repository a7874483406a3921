// Forward-safe: adds a table that the previous release does not know.
import { Migration } from '@logicspike/database'

export class CreateSlackConnections20261201015500 extends Migration {
  override up(): void {
    this.addSql(
      `create table "communication"."slack_connections" ("id" text not null, "tenant_id" text not null, "kind" text not null, "sealed_secret" text not null, "hint" text not null, "channel_id" text null, "status" text not null, "broken_reason" text null, "broken_at" timestamptz null, "connected_at" timestamptz not null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "communication"."slack_connections" is 'The Slack channel a workspace is told things in; one at most'`,
    )
    this.addSql(
      `alter table "communication"."slack_connections" add constraint "slack_connections_workspace_unique" unique ("tenant_id")`,
    )
    this.addSql(
      `alter table "communication"."slack_connections" add constraint "slack_connections_kind_check" check ("kind" in ('WEBHOOK', 'BOT'))`,
    )
    this.addSql(
      `alter table "communication"."slack_connections" add constraint "slack_connections_status_check" check ("status" in ('ACTIVE', 'BROKEN'))`,
    )
    this.addSql(`alter table "communication"."slack_connections" enable row level security`)
    this.addSql(`alter table "communication"."slack_connections" force row level security`)
    this.addSql(
      `create policy "tenant_guard" on "communication"."slack_connections" as restrictive using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_access" on "communication"."slack_connections" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
  }

  override down(): void {
    this.addSql(`drop table if exists "communication"."slack_connections" cascade`)
  }
}
