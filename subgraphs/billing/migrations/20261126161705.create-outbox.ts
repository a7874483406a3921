// Forward-safe: the first table of billing; the previous release uses none.
import { Migration } from '@logicspike/database'

export class CreateOutbox20261126161705 extends Migration {
  override up(): void {
    this.addSql(
      `create table "billing"."outbox" ("id" text not null, "ordinal" bigserial not null, "tenant_id" text null, "type" text not null, "version" int not null, "class" text not null, "subject" text not null, "actor" jsonb null, "data" jsonb not null, "correlation_id" text null, "causation_id" text null, "traceparent" text null, "occurred_at" timestamptz not null, "written_at" timestamptz not null default clock_timestamp(), primary key ("id"))`,
    )
    this.addSql(
      `comment on table "billing"."outbox" is 'Events committed with their cause, waiting to be sequenced'`,
    )
    this.addSql(`create index "outbox_ordinal_index" on "billing"."outbox" ("ordinal")`)
    this.addSql(`alter table "billing"."outbox" enable row level security`)
    this.addSql(`alter table "billing"."outbox" force row level security`)
    this.addSql(
      `create policy "outbox_tenant_guard" on "billing"."outbox" as restrictive using (tenant_id is null or tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or current_user = 'events_sequencer') with check (tenant_id is null or tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or current_user = 'events_sequencer')`,
    )
    this.addSql(
      `create policy "outbox_append" on "billing"."outbox" using (true) with check (true)`,
    )
    // The service only ever appends events; reading and deleting them is the sequencer's.
    this.addSql('revoke select, update, delete on billing.outbox from billing_service')
    // Rows come and go: what is dead is cleared away long before a fifth of the table is.
    this.addSql(
      'alter table billing.outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)',
    )
  }

  override down(): void {
    this.addSql(`drop table if exists "billing"."outbox" cascade`)
  }
}
