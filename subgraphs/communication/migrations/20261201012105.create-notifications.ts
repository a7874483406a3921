// Forward-safe: adds tables that the previous release does not know.
import { Migration } from '@logicspike/database'

export class CreateNotifications20261201012105 extends Migration {
  override up(): void {
    this.addSql(
      `create table "communication"."announcements" ("id" text not null, "tenant_id" text not null, "event_id" text not null, "type" text not null, "holders" text not null, "except" jsonb not null, "facts" jsonb not null, "people" jsonb not null, "occurred_at" timestamptz not null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "communication"."announcements" is 'What is to be told to whoever holds a permission, until tenancy has said who that is'`,
    )
    this.addSql(
      `alter table "communication"."announcements" add constraint "announcements_event_unique" unique ("tenant_id", "event_id", "type")`,
    )
    this.addSql(
      `create table "communication"."delivery_habits" ("id" text not null, "tenant_id" text null, "user_id" text not null, "digest" text not null, "quiet_from" text null, "quiet_until" text null, "updated_at" timestamptz not null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "communication"."delivery_habits" is 'When a person may be disturbed, and how often mails are gathered, by place'`,
    )
    this.addSql(
      `create index "delivery_habits_place_index" on "communication"."delivery_habits" ("tenant_id", "user_id")`,
    )
    this.addSql(
      `create table "communication"."mail_tallies" ("user_id" text not null, "hour" timestamptz not null, "sent" int not null, primary key ("user_id", "hour"))`,
    )
    this.addSql(
      `comment on table "communication"."mail_tallies" is 'How many mails a person was sent in an hour, over all workspaces'`,
    )
    this.addSql(
      `create table "communication"."notifications" ("id" text not null, "tenant_id" text null, "user_id" text null, "workspace_id" text null, "event_id" text not null, "type" text not null, "facts" jsonb not null, "people" jsonb not null, "in_inbox" boolean not null, "read_at" timestamptz null, "occurred_at" timestamptz not null, "created_at" timestamptz not null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "communication"."notifications" is 'What somebody is told of, once for each event, type and person'`,
    )
    this.addSql(
      `create index "notifications_inbox_index" on "communication"."notifications" ("tenant_id", "user_id", "id")`,
    )
    this.addSql(
      `create index "notifications_person_index" on "communication"."notifications" ("user_id", "id")`,
    )
    this.addSql(
      `create unique index notifications_event_unique on communication.notifications (tenant_id, event_id, type, user_id) nulls not distinct`,
    )
    this.addSql(
      `create table "communication"."notification_deliveries" ("id" text not null, "tenant_id" text null, "user_id" text null, "notification_id" text not null, "channel" text not null, "status" text not null, "attempts" int not null, "due_at" timestamptz null, "is_digest" boolean not null, "bundle_id" text null, "reason" text null, "sent_at" timestamptz null, "created_at" timestamptz not null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "communication"."notification_deliveries" is 'One notification on one channel, and what became of it'`,
    )
    this.addSql(
      `create index "notification_deliveries_digest_index" on "communication"."notification_deliveries" ("tenant_id", "user_id", "status", "due_at")`,
    )
    this.addSql(
      `create index "notification_deliveries_bundle_index" on "communication"."notification_deliveries" ("tenant_id", "bundle_id")`,
    )
    this.addSql(
      `create unique index notification_deliveries_channel_unique on communication.notification_deliveries (tenant_id, notification_id, channel) nulls not distinct`,
    )
    this.addSql(
      `create table "communication"."notification_preferences" ("id" text not null, "tenant_id" text null, "user_id" text not null, "category" text not null, "channel" text not null, "enabled" boolean not null, "updated_at" timestamptz not null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "communication"."notification_preferences" is 'What a person wants to hear of, by place, category and channel'`,
    )
    this.addSql(
      `create index "notification_preferences_place_index" on "communication"."notification_preferences" ("tenant_id", "user_id")`,
    )
    this.addSql(
      `create table "communication"."dispatch_queue" ("id" text not null, "workspace_id" text null, "user_id" text null, "due_at" timestamptz not null, "claim" text null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "communication"."dispatch_queue" is 'Which announcement or delivery is due where; the worker’s only view across tenants'`,
    )
    this.addSql(
      `create index "dispatch_queue_due_index" on "communication"."dispatch_queue" ("due_at")`,
    )
    this.addSql(
      `create table "communication"."workspace_defaults" ("tenant_id" text not null, "category" text not null, "channel" text not null, "enabled" boolean null, "locked" boolean not null, "updated_at" timestamptz not null, primary key ("tenant_id", "category", "channel"))`,
    )
    this.addSql(
      `comment on table "communication"."workspace_defaults" is 'What a workspace says of a category on a channel, and whether members may differ'`,
    )
    this.addSql(`alter table "communication"."announcements" enable row level security`)
    this.addSql(`alter table "communication"."announcements" force row level security`)
    this.addSql(
      `create policy "tenant_guard" on "communication"."announcements" as restrictive using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_access" on "communication"."announcements" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(`alter table "communication"."delivery_habits" enable row level security`)
    this.addSql(`alter table "communication"."delivery_habits" force row level security`)
    this.addSql(
      `create policy "tenant_guard" on "communication"."delivery_habits" as restrictive using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or (tenant_id is null and user_id = (select nullif(current_setting('app.user_id', true), '') as value))) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or (tenant_id is null and user_id = (select nullif(current_setting('app.user_id', true), '') as value)))`,
    )
    this.addSql(
      `create policy "tenant_access" on "communication"."delivery_habits" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or (tenant_id is null and user_id = (select nullif(current_setting('app.user_id', true), '') as value))) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or (tenant_id is null and user_id = (select nullif(current_setting('app.user_id', true), '') as value)))`,
    )
    this.addSql(`alter table "communication"."notifications" enable row level security`)
    this.addSql(`alter table "communication"."notifications" force row level security`)
    this.addSql(
      `create policy "tenant_guard" on "communication"."notifications" as restrictive using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or (tenant_id is null and user_id = (select nullif(current_setting('app.user_id', true), '') as value))) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or (tenant_id is null and user_id = (select nullif(current_setting('app.user_id', true), '') as value)))`,
    )
    this.addSql(
      `create policy "tenant_access" on "communication"."notifications" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or (tenant_id is null and user_id = (select nullif(current_setting('app.user_id', true), '') as value))) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or (tenant_id is null and user_id = (select nullif(current_setting('app.user_id', true), '') as value)))`,
    )
    this.addSql(
      `alter table "communication"."notification_deliveries" add constraint "notification_deliveries_status_check" check ("status" in ('queued', 'sending', 'sent', 'failed', 'suppressed'))`,
    )
    this.addSql(`alter table "communication"."notification_deliveries" enable row level security`)
    this.addSql(`alter table "communication"."notification_deliveries" force row level security`)
    this.addSql(
      `create policy "tenant_guard" on "communication"."notification_deliveries" as restrictive using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or (tenant_id is null and user_id = (select nullif(current_setting('app.user_id', true), '') as value))) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or (tenant_id is null and user_id = (select nullif(current_setting('app.user_id', true), '') as value)))`,
    )
    this.addSql(
      `create policy "tenant_access" on "communication"."notification_deliveries" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or (tenant_id is null and user_id = (select nullif(current_setting('app.user_id', true), '') as value))) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or (tenant_id is null and user_id = (select nullif(current_setting('app.user_id', true), '') as value)))`,
    )
    this.addSql(`alter table "communication"."notification_preferences" enable row level security`)
    this.addSql(`alter table "communication"."notification_preferences" force row level security`)
    this.addSql(
      `create policy "tenant_guard" on "communication"."notification_preferences" as restrictive using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or (tenant_id is null and user_id = (select nullif(current_setting('app.user_id', true), '') as value))) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or (tenant_id is null and user_id = (select nullif(current_setting('app.user_id', true), '') as value)))`,
    )
    this.addSql(
      `create policy "tenant_access" on "communication"."notification_preferences" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or (tenant_id is null and user_id = (select nullif(current_setting('app.user_id', true), '') as value))) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or (tenant_id is null and user_id = (select nullif(current_setting('app.user_id', true), '') as value)))`,
    )
    this.addSql(`alter table "communication"."workspace_defaults" enable row level security`)
    this.addSql(`alter table "communication"."workspace_defaults" force row level security`)
    this.addSql(
      `create policy "tenant_guard" on "communication"."workspace_defaults" as restrictive using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_access" on "communication"."workspace_defaults" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
  }

  override down(): void {
    this.addSql(`drop table if exists "communication"."announcements" cascade`)
    this.addSql(`drop table if exists "communication"."delivery_habits" cascade`)
    this.addSql(`drop table if exists "communication"."mail_tallies" cascade`)
    this.addSql(`drop table if exists "communication"."notifications" cascade`)
    this.addSql(`drop table if exists "communication"."notification_deliveries" cascade`)
    this.addSql(`drop table if exists "communication"."notification_preferences" cascade`)
    this.addSql(`drop table if exists "communication"."dispatch_queue" cascade`)
    this.addSql(`drop table if exists "communication"."workspace_defaults" cascade`)
  }
}
