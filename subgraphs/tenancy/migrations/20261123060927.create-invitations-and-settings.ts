// Forward-safe: adds tables that the previous release does not know, and a key that its rows fulfil.
import { Migration } from '@logicspike/database'

export class CreateInvitationsAndSettings20261123060927 extends Migration {
  override up(): void {
    this.addSql(
      `create table "tenancy"."letter_tallies" ("key" text not null, "count" int not null, "ends_at" timestamptz not null, primary key ("key"))`,
    )
    this.addSql(
      `comment on table "tenancy"."letter_tallies" is 'How many invitations were sent in a span of time, by workspace and by recipient'`,
    )
    this.addSql(
      `create index "letter_tallies_ends_at_index" on "tenancy"."letter_tallies" ("ends_at")`,
    )
    this.addSql(
      `create table "tenancy"."member_preferences" ("tenant_id" text not null, "member_id" text not null, "name" text not null, "value" text not null, "updated_at" timestamptz not null, primary key ("tenant_id", "member_id", "name"))`,
    )
    this.addSql(
      `comment on table "tenancy"."member_preferences" is 'What members have said about their own settings in a workspace; goes with the member'`,
    )
    this.addSql(
      `create table "tenancy"."invitations" ("id" text not null, "tenant_id" text not null, "email" text not null, "role_id" text not null, "status" text not null, "token_hash" text not null, "inviter_id" text not null, "sponsor_id" text not null, "creation_key" text null, "created_at" timestamptz not null, "sent_at" timestamptz not null, "expires_at" timestamptz not null, "accepted_by" text null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "tenancy"."invitations" is 'Who was asked by e-mail to join; never tokens, only their hashes'`,
    )
    this.addSql(
      `create index "invitations_role_index" on "tenancy"."invitations" ("tenant_id", "role_id")`,
    )
    this.addSql(
      `create unique index "invitations_pending_unique" on "tenancy"."invitations" ("tenant_id", "email") where status = 'pending'`,
    )
    this.addSql(
      `alter table "tenancy"."invitations" add constraint "invitations_token_unique" unique ("tenant_id", "token_hash")`,
    )
    this.addSql(
      `alter table "tenancy"."invitations" add constraint "invitations_creation_unique" unique ("tenant_id", "inviter_id", "creation_key")`,
    )
    this.addSql(
      `create table "tenancy"."workspace_settings" ("tenant_id" text not null, "name" text not null, "value" text null, "locked" boolean not null, "updated_at" timestamptz not null, primary key ("tenant_id", "name"))`,
    )
    this.addSql(
      `comment on table "tenancy"."workspace_settings" is 'What a workspace has said about its settings; no row where it has said nothing'`,
    )
    this.addSql(
      `alter table "tenancy"."memberships" add constraint "memberships_tenant_key" unique ("tenant_id", "id")`,
    )
    this.addSql(
      `alter table "tenancy"."member_preferences" add constraint "member_preferences_tenant_id_foreign" foreign key ("tenant_id") references "tenancy"."workspaces" ("id") on delete cascade`,
    )
    this.addSql(
      `alter table "tenancy"."member_preferences" add constraint "member_preferences_member_id_tenant_foreign" foreign key ("tenant_id", "member_id") references "tenancy"."memberships" ("tenant_id", "id") on delete cascade deferrable initially deferred`,
    )
    this.addSql(`alter table "tenancy"."member_preferences" enable row level security`)
    this.addSql(`alter table "tenancy"."member_preferences" force row level security`)
    this.addSql(
      `create policy "tenant_guard" on "tenancy"."member_preferences" as restrictive using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_access" on "tenancy"."member_preferences" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `alter table "tenancy"."invitations" add constraint "invitations_tenant_id_foreign" foreign key ("tenant_id") references "tenancy"."workspaces" ("id") on delete cascade`,
    )
    this.addSql(
      `alter table "tenancy"."invitations" add constraint "invitations_status_check" check ("status" in ('pending', 'accepted', 'revoked', 'expired'))`,
    )
    this.addSql(`alter table "tenancy"."invitations" enable row level security`)
    this.addSql(`alter table "tenancy"."invitations" force row level security`)
    this.addSql(
      `create policy "tenant_guard" on "tenancy"."invitations" as restrictive using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_access" on "tenancy"."invitations" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `alter table "tenancy"."workspace_settings" add constraint "workspace_settings_tenant_id_foreign" foreign key ("tenant_id") references "tenancy"."workspaces" ("id") on delete cascade`,
    )
    this.addSql(`alter table "tenancy"."workspace_settings" enable row level security`)
    this.addSql(`alter table "tenancy"."workspace_settings" force row level security`)
    this.addSql(
      `create policy "tenant_guard" on "tenancy"."workspace_settings" as restrictive using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_access" on "tenancy"."workspace_settings" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
  }

  override down(): void {
    this.addSql(`drop table if exists "tenancy"."letter_tallies" cascade`)
    this.addSql(`drop table if exists "tenancy"."member_preferences" cascade`)
    this.addSql(`drop table if exists "tenancy"."invitations" cascade`)
    this.addSql(`drop table if exists "tenancy"."workspace_settings" cascade`)
    this.addSql(`alter table "tenancy"."memberships" drop constraint "memberships_tenant_key"`)
  }
}
