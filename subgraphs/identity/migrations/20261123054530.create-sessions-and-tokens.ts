// Forward-safe: no release has run before this one.
import { Migration } from '@logicspike/database'

export class CreateSessionsAndTokens20261123054530 extends Migration {
  override up(): void {
    this.addSql(
      `create table "identity"."oauth_clients" ("id" text not null, "name" text not null, "secret_hash" text not null, "permissions" text[] not null, "created_at" timestamptz not null, "disabled_at" timestamptz null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "identity"."oauth_clients" is 'Confidential clients: services that ask for tokens in their own name'`,
    )
    this.addSql(
      `alter table "identity"."oauth_clients" add constraint "oauth_clients_name_unique" unique ("name")`,
    )
    this.addSql(
      `create table "identity"."outbox" ("id" text not null, "tenant_id" text null, "type" text not null, "version" int not null, "class" text not null, "subject" text not null, "actor" jsonb null, "data" jsonb not null, "correlation_id" text null, "occurred_at" timestamptz not null, "transaction_id" xid8 not null default pg_current_xact_id(), primary key ("id"))`,
    )
    this.addSql(
      `comment on table "identity"."outbox" is 'Events committed with their cause, waiting to be sequenced'`,
    )
    this.addSql(
      `create table "identity"."mail_queue" ("id" text not null, "sealed_message" text null, "attempts" int not null, "next_attempt_at" timestamptz null, "sent_at" timestamptz null, "created_at" timestamptz not null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "identity"."mail_queue" is 'Mails waiting to be sent; sealed until sent, wiped after'`,
    )
    this.addSql(
      `create index "mail_queue_next_attempt_at_index" on "identity"."mail_queue" ("next_attempt_at")`,
    )
    this.addSql(
      `create table "identity"."sessions" ("id" text not null, "user_id" text not null, "client_id" text not null, "delivery" text not null, "amr" text[] not null, "auth_time" timestamptz not null, "epoch" int not null, "epoch_bumped_at" timestamptz null, "family_hash" text not null, "created_at" timestamptz not null, "last_used_at" timestamptz not null, "expires_at" timestamptz not null, "absolute_expires_at" timestamptz not null, "ended_at" timestamptz null, "end_reason" text null, "ip_address" text null, "user_agent" text null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "identity"."sessions" is 'One per sign-in, neutral of workspaces'`,
    )
    this.addSql(
      `create index "sessions_user_index" on "identity"."sessions" ("user_id", "created_at")`,
    )
    this.addSql(`create index "sessions_epoch_index" on "identity"."sessions" ("epoch_bumped_at")`)
    this.addSql(`create index "sessions_expiry_index" on "identity"."sessions" ("expires_at")`)
    this.addSql(
      `create table "identity"."refresh_tokens" ("token_hash" text not null, "session_id" text not null, "created_at" timestamptz not null, "consumed_at" timestamptz null, "consumed_by" text null, "sealed_successor" text null, primary key ("token_hash"))`,
    )
    this.addSql(
      `comment on table "identity"."refresh_tokens" is 'Hashes of refresh tokens; a session has one that is not consumed'`,
    )
    this.addSql(
      `create index "refresh_tokens_session_index" on "identity"."refresh_tokens" ("session_id")`,
    )
    this.addSql(
      `create index "refresh_tokens_consumed_index" on "identity"."refresh_tokens" ("consumed_at")`,
    )
    this.addSql(
      `create unique index "refresh_tokens_current_unique" on "identity"."refresh_tokens" ("session_id") where consumed_at is null`,
    )
    this.addSql(
      `create table "identity"."signing_keys" ("id" text not null, "public_jwk" jsonb not null, "sealed_private_jwk" text not null, "created_at" timestamptz not null, "activates_at" timestamptz not null, "retires_at" timestamptz null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "identity"."signing_keys" is 'RSA keys that sign access tokens; the private half is sealed'`,
    )
    this.addSql(`alter table "identity"."outbox" enable row level security`)
    this.addSql(`alter table "identity"."outbox" force row level security`)
    this.addSql(
      `create policy "outbox_tenant_guard" on "identity"."outbox" as restrictive using (tenant_id is null or tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id is null or tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "outbox_append" on "identity"."outbox" using (true) with check (true)`,
    )
    this.addSql(
      `alter table "identity"."sessions" add constraint "sessions_delivery_check" check ("delivery" in ('COOKIE', 'PAYLOAD'))`,
    )
    this.addSql(
      `alter table "identity"."refresh_tokens" add constraint "refresh_tokens_session_id_foreign" foreign key ("session_id") references "identity"."sessions" ("id") on delete cascade`,
    )
  }

  override down(): void {
    this.addSql(
      `alter table "identity"."refresh_tokens" drop constraint "refresh_tokens_session_id_foreign"`,
    )
    this.addSql(`drop table if exists "identity"."oauth_clients" cascade`)
    this.addSql(`drop table if exists "identity"."outbox" cascade`)
    this.addSql(`drop table if exists "identity"."mail_queue" cascade`)
    this.addSql(`drop table if exists "identity"."sessions" cascade`)
    this.addSql(`drop table if exists "identity"."refresh_tokens" cascade`)
    this.addSql(`drop table if exists "identity"."signing_keys" cascade`)
  }
}
