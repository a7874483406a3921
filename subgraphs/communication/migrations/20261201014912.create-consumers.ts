// Forward-safe: adds tables that the previous release does not know.
import { Migration } from '@logicspike/database'

export class CreateConsumers20261201014912 extends Migration {
  override up(): void {
    this.addSql(
      `create table "communication"."consumer_offsets" ("name" text not null, "position" bigint not null, "tries" int not null default 0, "last_error" text null, "first_tried_at" timestamptz null, "retry_at" timestamptz null, "blocked_by" text null, "updated_at" timestamptz not null, primary key ("name"))`,
    )
    this.addSql(
      `comment on table "communication"."consumer_offsets" is 'How far each consumer has come in the event log'`,
    )
    this.addSql(
      `create table "communication"."inbox_entries" ("consumer" text not null, "key" text not null, "recorded_at" timestamptz not null, primary key ("consumer", "key"))`,
    )
    this.addSql(
      `comment on table "communication"."inbox_entries" is 'What consumers have set going elsewhere, so that it is set going once'`,
    )
    this.addSql(
      `create index "inbox_entries_recorded_at_index" on "communication"."inbox_entries" ("recorded_at")`,
    )
    this.addSql(
      `create table "communication"."parked_events" ("consumer" text not null, "event_id" text not null, "position" bigint not null, "workspace_id" text null, "event" jsonb not null, "tries" int not null, "last_error" text not null, "first_tried_at" timestamptz not null, "last_tried_at" timestamptz not null, "state" text not null, primary key ("consumer", "event_id"))`,
    )
    this.addSql(
      `comment on table "communication"."parked_events" is 'Events that a consumer gave up on, for an operator to redrive or drop'`,
    )
    this.addSql(
      `alter table "communication"."parked_events" add constraint "parked_events_state_check" check (state in ('parked', 'requested', 'redriven', 'dropped'))`,
    )
  }

  override down(): void {
    this.addSql(`drop table if exists "communication"."consumer_offsets" cascade`)
    this.addSql(`drop table if exists "communication"."inbox_entries" cascade`)
    this.addSql(`drop table if exists "communication"."parked_events" cascade`)
  }
}
