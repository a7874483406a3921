// Forward-safe: say here why the previous release keeps working while this one runs.
import { Migration } from '@logicspike/database'

export class CreateNotebooks20261123054019 extends Migration {
  override up(): void {
    this.addSql(
      `create table "notes"."notebooks" ("id" text not null, "tenant_id" text not null, "slug" text not null, "title" text not null, "words" int not null default 0, "created_at" timestamptz not null, primary key ("id"))`,
    )
    this.addSql(
      `alter table "notes"."notebooks" add constraint "notebooks_slug_unique" unique ("tenant_id", "slug")`,
    )
    this.addSql(
      `alter table "notes"."notebooks" add constraint "notebooks_tenant_key" unique ("tenant_id", "id")`,
    )
    this.addSql(
      `create table "notes"."pages" ("id" text not null, "tenant_id" text not null, "notebook_id" text not null, "text" text not null, primary key ("id"))`,
    )
    this.addSql(
      `create index "pages_notebook_index" on "notes"."pages" ("tenant_id", "notebook_id")`,
    )
    this.addSql(
      `create table "notes"."readers" ("id" text not null, "tenant_id" text not null, "user_id" text not null, primary key ("id"))`,
    )
    this.addSql(`create index "readers_user_index" on "notes"."readers" ("user_id")`)
    this.addSql(
      `alter table "notes"."readers" add constraint "readers_user_unique" unique ("tenant_id", "user_id")`,
    )
    this.addSql(`alter table "notes"."notebooks" enable row level security`)
    this.addSql(`alter table "notes"."notebooks" force row level security`)
    this.addSql(
      `create policy "tenant_guard" on "notes"."notebooks" as restrictive using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_access" on "notes"."notebooks" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `alter table "notes"."pages" add constraint "pages_notebook_id_tenant_foreign" foreign key ("tenant_id", "notebook_id") references "notes"."notebooks" ("tenant_id", "id") on delete cascade deferrable initially deferred`,
    )
    this.addSql(`alter table "notes"."pages" enable row level security`)
    this.addSql(`alter table "notes"."pages" force row level security`)
    this.addSql(
      `create policy "tenant_guard" on "notes"."pages" as restrictive using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_access" on "notes"."pages" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(`alter table "notes"."readers" enable row level security`)
    this.addSql(`alter table "notes"."readers" force row level security`)
    this.addSql(
      `create policy "tenant_guard_select" on "notes"."readers" as restrictive for select using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or user_id = (select nullif(current_setting('app.user_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_guard_insert" on "notes"."readers" as restrictive for insert with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_guard_update" on "notes"."readers" as restrictive for update using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_guard_delete" on "notes"."readers" as restrictive for delete using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "tenant_access" on "notes"."readers" using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "read_access" on "notes"."readers" for select using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or user_id = (select nullif(current_setting('app.user_id', true), '') as value))`,
    )
  }

  override down(): void {
    this.addSql(`alter table "notes"."pages" drop constraint "pages_notebook_id_tenant_foreign"`)
    this.addSql(`drop table if exists "notes"."notebooks" cascade`)
    this.addSql(`drop table if exists "notes"."pages" cascade`)
    this.addSql(`drop table if exists "notes"."readers" cascade`)
  }
}
