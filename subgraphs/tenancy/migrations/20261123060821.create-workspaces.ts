// Forward-safe: the first migration; there is no previous release.
import { Migration } from '@logicspike/database'

export class CreateWorkspaces20261123060821 extends Migration {
  override up(): void {
    this.addSql(
      `create table "tenancy"."outbox" ("id" text not null, "tenant_id" text null, "type" text not null, "version" int not null, "class" text not null, "subject" text not null, "actor" jsonb null, "data" jsonb not null, "correlation_id" text null, "occurred_at" timestamptz not null, "transaction_id" xid8 not null default pg_current_xact_id(), primary key ("id"))`,
    )
    this.addSql(
      `comment on table "tenancy"."outbox" is 'Events committed with their cause, waiting to be sequenced'`,
    )
    this.addSql(
      `create table "tenancy"."mail_queue" ("id" text not null, "sealed_message" text null, "attempts" int not null, "next_attempt_at" timestamptz null, "sent_at" timestamptz null, "created_at" timestamptz not null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "tenancy"."mail_queue" is 'Mails waiting to be sent; sealed until sent, wiped after'`,
    )
    this.addSql(
      `create index "mail_queue_next_attempt_at_index" on "tenancy"."mail_queue" ("next_attempt_at")`,
    )
    this.addSql(
      `create table "tenancy"."epoch_bumps" ("subject" text not null, "epoch" int not null, "bumped_at" timestamptz not null, primary key ("subject"))`,
    )
    this.addSql(
      `comment on table "tenancy"."epoch_bumps" is 'Bumps younger than an hour, across workspaces, for verifiers; no row says more'`,
    )
    this.addSql(
      `create index "epoch_bumps_bumped_at_index" on "tenancy"."epoch_bumps" ("bumped_at")`,
    )
    this.addSql(
      `create table "tenancy"."registered_permissions" ("name" text not null, "service" text not null, "description" text not null, "roles" text[] not null, "changed_at" timestamptz not null, primary key ("name"))`,
    )
    this.addSql(
      `comment on table "tenancy"."registered_permissions" is 'Permissions of services that are not the platform’s own; the same for every workspace'`,
    )
    this.addSql(
      `create index "registered_permissions_service_index" on "tenancy"."registered_permissions" ("service")`,
    )
    this.addSql(
      `create table "tenancy"."scheduled_purges" ("workspace_id" text not null, "purge_after" timestamptz not null, primary key ("workspace_id"))`,
    )
    this.addSql(
      `comment on table "tenancy"."scheduled_purges" is 'Deleted workspaces and when their data is erased; the job’s only view across tenants'`,
    )
    this.addSql(
      `create index "scheduled_purges_purge_after_index" on "tenancy"."scheduled_purges" ("purge_after")`,
    )
    this.addSql(
      `create table "tenancy"."slugs" ("slug" text not null, "workspace_id" text not null, "held_until" timestamptz null, primary key ("slug"))`,
    )
    this.addSql(
      `comment on table "tenancy"."slugs" is 'The one namespace of workspace handles: who may use which'`,
    )
    this.addSql(`create index "slugs_workspace_index" on "tenancy"."slugs" ("workspace_id")`)
    this.addSql(
      `create table "tenancy"."workspaces" ("id" text not null, "name" text not null, "slug" text not null, "status" text not null, "requires_mfa" boolean not null, "purge_after" timestamptz null, "created_by" text not null, "creation_key" text null, "created_at" timestamptz not null, "updated_at" timestamptz not null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "tenancy"."workspaces" is 'The tenants; the id is the tenant_id of every other table'`,
    )
    this.addSql(
      `alter table "tenancy"."workspaces" add constraint "workspaces_creation_unique" unique ("created_by", "creation_key")`,
    )
    this.addSql(
      `create table "tenancy"."roles" ("id" text not null, "tenant_id" text not null, "template" text null, "name" text not null, "name_key" text not null, "permissions" text[] not null, "created_at" timestamptz not null, "updated_at" timestamptz not null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "tenancy"."roles" is 'What members may do: three templates in every workspace, and custom roles'`,
    )
    this.addSql(
      `alter table "tenancy"."roles" add constraint "roles_name_unique" unique ("tenant_id", "name_key")`,
    )
    this.addSql(
      `alter table "tenancy"."roles" add constraint "roles_template_unique" unique ("tenant_id", "template")`,
    )
    this.addSql(
      `alter table "tenancy"."roles" add constraint "roles_tenant_key" unique ("tenant_id", "id")`,
    )
    this.addSql(
      `create table "tenancy"."membership_epochs" ("tenant_id" text not null, "user_id" text not null, "epoch" int not null, "bumped_at" timestamptz not null, primary key ("tenant_id", "user_id"))`,
    )
    this.addSql(
      `comment on table "tenancy"."membership_epochs" is 'Tokens for the workspace with a lower epoch are dead; outlives the membership'`,
    )
    this.addSql(
      `create table "tenancy"."memberships" ("id" text not null, "tenant_id" text not null, "user_id" text not null, "role_id" text not null, "joined_at" timestamptz not null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "tenancy"."memberships" is 'Who belongs to which workspace, with which role'`,
    )
    this.addSql(
      `create index "memberships_page_index" on "tenancy"."memberships" ("tenant_id", "id")`,
    )
    this.addSql(
      `create index "memberships_role_index" on "tenancy"."memberships" ("tenant_id", "role_id")`,
    )
    this.addSql(
      `create index "memberships_user_index" on "tenancy"."memberships" ("user_id", "id")`,
    )
    this.addSql(
      `alter table "tenancy"."memberships" add constraint "memberships_user_unique" unique ("tenant_id", "user_id")`,
    )
    this.addSql(
      `create table "tenancy"."workspace_services" ("tenant_id" text not null, "service" text not null, "enabled" boolean not null, primary key ("tenant_id", "service"))`,
    )
    this.addSql(
      `comment on table "tenancy"."workspace_services" is 'Local copy of the services that billing says a workspace is entitled to'`,
    )
    this.addSql(`alter table "tenancy"."outbox" enable row level security`)
    this.addSql(`alter table "tenancy"."outbox" force row level security`)
    this.addSql(
      `create policy "outbox_tenant_guard" on "tenancy"."outbox" as restrictive using (tenant_id is null or tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id is null or tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "outbox_append" on "tenancy"."outbox" using (true) with check (true)`,
    )
    this.addSql(
      `alter table "tenancy"."workspaces" add constraint "workspaces_status_check" check ("status" in ('active', 'suspended', 'deleted'))`,
    )
    this.addSql(`alter table "tenancy"."workspaces" enable row level security`)
    this.addSql(`alter table "tenancy"."workspaces" force row level security`)
    this.addSql(
      `create policy "tenant_guard_select" on "tenancy"."workspaces" as restrictive for select using (id = (select nullif(current_setting('app.tenant_id', true), '') as value) or exists (select from memberships where memberships.tenant_id = workspaces.id and memberships.user_id = (select nullif(current_setting('app.user_id', true), '') as value)))`,
    )
    this.addSql(
      `create policy "tenant_guard_insert" on "tenancy"."workspaces" as restrictive for insert with check (id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_guard_update" on "tenancy"."workspaces" as restrictive for update using (id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_guard_delete" on "tenancy"."workspaces" as restrictive for delete using (id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_access" on "tenancy"."workspaces" using (id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "read_access" on "tenancy"."workspaces" for select using (id = (select nullif(current_setting('app.tenant_id', true), '') as value) or exists (select from memberships where memberships.tenant_id = workspaces.id and memberships.user_id = (select nullif(current_setting('app.user_id', true), '') as value)))`,
    )
    this.addSql(
      `alter table "tenancy"."roles" add constraint "roles_tenant_id_foreign" foreign key ("tenant_id") references "tenancy"."workspaces" ("id") on delete cascade`,
    )
    this.addSql(
      `alter table "tenancy"."roles" add constraint "roles_template_check" check ("template" in ('owner', 'admin', 'member'))`,
    )
    this.addSql(`alter table "tenancy"."roles" enable row level security`)
    this.addSql(`alter table "tenancy"."roles" force row level security`)
    this.addSql(
      `create policy "tenant_guard_select" on "tenancy"."roles" as restrictive for select using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or exists (select from memberships where memberships.tenant_id = roles.tenant_id and memberships.role_id = roles.id and memberships.user_id = (select nullif(current_setting('app.user_id', true), '') as value)))`,
    )
    this.addSql(
      `create policy "tenant_guard_insert" on "tenancy"."roles" as restrictive for insert with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_guard_update" on "tenancy"."roles" as restrictive for update using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_guard_delete" on "tenancy"."roles" as restrictive for delete using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_access" on "tenancy"."roles" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "read_access" on "tenancy"."roles" for select using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or exists (select from memberships where memberships.tenant_id = roles.tenant_id and memberships.role_id = roles.id and memberships.user_id = (select nullif(current_setting('app.user_id', true), '') as value)))`,
    )
    this.addSql(
      `alter table "tenancy"."membership_epochs" add constraint "membership_epochs_tenant_id_foreign" foreign key ("tenant_id") references "tenancy"."workspaces" ("id") on delete cascade`,
    )
    this.addSql(`alter table "tenancy"."membership_epochs" enable row level security`)
    this.addSql(`alter table "tenancy"."membership_epochs" force row level security`)
    this.addSql(
      `create policy "tenant_guard" on "tenancy"."membership_epochs" as restrictive using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_access" on "tenancy"."membership_epochs" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `alter table "tenancy"."memberships" add constraint "memberships_tenant_id_foreign" foreign key ("tenant_id") references "tenancy"."workspaces" ("id") on delete cascade`,
    )
    this.addSql(
      `alter table "tenancy"."memberships" add constraint "memberships_role_id_tenant_foreign" foreign key ("tenant_id", "role_id") references "tenancy"."roles" ("tenant_id", "id") on delete no action deferrable initially deferred`,
    )
    this.addSql(`alter table "tenancy"."memberships" enable row level security`)
    this.addSql(`alter table "tenancy"."memberships" force row level security`)
    this.addSql(
      `create policy "tenant_guard_select" on "tenancy"."memberships" as restrictive for select using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or user_id = (select nullif(current_setting('app.user_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_guard_insert" on "tenancy"."memberships" as restrictive for insert with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_guard_update" on "tenancy"."memberships" as restrictive for update using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_guard_delete" on "tenancy"."memberships" as restrictive for delete using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_access" on "tenancy"."memberships" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "read_access" on "tenancy"."memberships" for select using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or user_id = (select nullif(current_setting('app.user_id', true), '') as value))`,
    )
    this.addSql(
      `alter table "tenancy"."workspace_services" add constraint "workspace_services_tenant_id_foreign" foreign key ("tenant_id") references "tenancy"."workspaces" ("id") on delete cascade`,
    )
    this.addSql(`alter table "tenancy"."workspace_services" enable row level security`)
    this.addSql(`alter table "tenancy"."workspace_services" force row level security`)
    this.addSql(
      `create policy "tenant_guard" on "tenancy"."workspace_services" as restrictive using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_access" on "tenancy"."workspace_services" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    // The service only ever appends events; reading and deleting them is the sequencer's.
    this.addSql('revoke select, update, delete on tenancy.outbox from tenancy_service')
  }

  override down(): void {
    this.addSql(`alter table "tenancy"."roles" drop constraint "roles_tenant_id_foreign"`)
    this.addSql(
      `alter table "tenancy"."membership_epochs" drop constraint "membership_epochs_tenant_id_foreign"`,
    )
    this.addSql(
      `alter table "tenancy"."memberships" drop constraint "memberships_tenant_id_foreign"`,
    )
    this.addSql(
      `alter table "tenancy"."workspace_services" drop constraint "workspace_services_tenant_id_foreign"`,
    )
    this.addSql(
      `alter table "tenancy"."memberships" drop constraint "memberships_role_id_tenant_foreign"`,
    )
    this.addSql(`drop table if exists "tenancy"."outbox" cascade`)
    this.addSql(`drop table if exists "tenancy"."mail_queue" cascade`)
    this.addSql(`drop table if exists "tenancy"."epoch_bumps" cascade`)
    this.addSql(`drop table if exists "tenancy"."registered_permissions" cascade`)
    this.addSql(`drop table if exists "tenancy"."scheduled_purges" cascade`)
    this.addSql(`drop table if exists "tenancy"."slugs" cascade`)
    this.addSql(`drop table if exists "tenancy"."workspaces" cascade`)
    this.addSql(`drop table if exists "tenancy"."roles" cascade`)
    this.addSql(`drop table if exists "tenancy"."membership_epochs" cascade`)
    this.addSql(`drop table if exists "tenancy"."memberships" cascade`)
    this.addSql(`drop table if exists "tenancy"."workspace_services" cascade`)
  }
}
