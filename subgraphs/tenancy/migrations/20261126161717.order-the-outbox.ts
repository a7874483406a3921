// Forward-safe: the previous release names none of these columns, and may append as before.
import { Migration } from '@logicspike/database'

export class OrderTheOutbox20261126161717 extends Migration {
  override up(): void {
    this.addSql(`drop policy "outbox_tenant_guard" on "tenancy"."outbox"`)
    this.addSql(`alter table "tenancy"."outbox" drop column "transaction_id"`)
    this.addSql(
      `alter table "tenancy"."outbox" add "ordinal" bigserial not null, add "causation_id" text null, add "traceparent" text null, add "written_at" timestamptz not null default clock_timestamp()`,
    )
    this.addSql(`create index "outbox_ordinal_index" on "tenancy"."outbox" ("ordinal")`)
    this.addSql(
      `create policy "outbox_tenant_guard" on "tenancy"."outbox" as restrictive using (tenant_id is null or tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or current_user = 'events_sequencer') with check (tenant_id is null or tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or current_user = 'events_sequencer')`,
    )
    // Rows come and go: what is dead is cleared away long before a fifth of the table is.
    this.addSql(
      'alter table tenancy.outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)',
    )
  }

  override down(): void {
    this.addSql(`drop policy "outbox_tenant_guard" on "tenancy"."outbox"`)
    this.addSql(
      'alter table tenancy.outbox reset (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold)',
    )
    this.addSql(`drop index "tenancy"."outbox_ordinal_index"`)
    this.addSql(
      `alter table "tenancy"."outbox" drop column "ordinal", drop column "causation_id", drop column "traceparent", drop column "written_at"`,
    )
    this.addSql(
      `alter table "tenancy"."outbox" add "transaction_id" xid8 not null default pg_current_xact_id()`,
    )
    this.addSql(
      `create policy "outbox_tenant_guard" on "tenancy"."outbox" as restrictive using (tenant_id is null or tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id is null or tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
  }
}
