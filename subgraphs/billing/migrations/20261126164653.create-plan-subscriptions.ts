// Forward-safe: adds tables that the previous release does not know.
import { Migration } from '@logicspike/database'

export class CreatePlanSubscriptions20261126164653 extends Migration {
  override up(): void {
    this.addSql(
      `create table "billing"."plan_subscriptions" ("id" text not null, "tenant_id" text not null, "plan_id" text not null, "status" text not null, "started_at" timestamptz not null, "trial_ends_at" timestamptz not null, "ended_at" timestamptz null, "updated_at" timestamptz not null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "billing"."plan_subscriptions" is 'Which plan a workspace is on; a workspace has one subscription at most, and one trial ever'`,
    )
    this.addSql(
      `alter table "billing"."plan_subscriptions" add constraint "plan_subscriptions_workspace_unique" unique ("tenant_id")`,
    )
    this.addSql(
      `create table "billing"."scheduled_trial_ends" ("workspace_id" text not null, "ends_at" timestamptz not null, primary key ("workspace_id"))`,
    )
    this.addSql(
      `comment on table "billing"."scheduled_trial_ends" is 'Running trials and when they end; the job’s only view across tenants'`,
    )
    this.addSql(
      `create index "scheduled_trial_ends_at_index" on "billing"."scheduled_trial_ends" ("ends_at")`,
    )
    this.addSql(
      `alter table "billing"."plan_subscriptions" add constraint "plan_subscriptions_status_check" check ("status" in ('trialing', 'expired', 'canceled'))`,
    )
    this.addSql(`alter table "billing"."plan_subscriptions" enable row level security`)
    this.addSql(`alter table "billing"."plan_subscriptions" force row level security`)
    this.addSql(
      `create policy "tenant_guard" on "billing"."plan_subscriptions" as restrictive using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_access" on "billing"."plan_subscriptions" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
  }

  override down(): void {
    this.addSql(`drop table if exists "billing"."plan_subscriptions" cascade`)
    this.addSql(`drop table if exists "billing"."scheduled_trial_ends" cascade`)
  }
}
