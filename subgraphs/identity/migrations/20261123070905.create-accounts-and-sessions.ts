// Forward-safe: makes what nothing uses before it.
import { Migration } from '@logicspike/database'

export class CreateAccountsAndSessions20261123070905 extends Migration {
  override up(): void {
    this.addSql(
      `create table "identity"."google_transactions" ("state_hash" text not null, "browser_hash" text not null, "sealed_secrets" text not null, "return_to" text not null, "link_user_id" text null, "link_session_id" text null, "created_at" timestamptz not null, "expires_at" timestamptz not null, primary key ("state_hash"))`,
    )
    this.addSql(
      `comment on table "identity"."google_transactions" is 'Trips to Google that have not come back; each row is good for one return'`,
    )
    this.addSql(
      `create index "google_transactions_expiry_index" on "identity"."google_transactions" ("expires_at")`,
    )
    this.addSql(
      `create table "identity"."oauth_clients" ("id" text not null, "secret_hash" text not null, "permissions" text[] not null, "created_at" timestamptz not null, "disabled_at" timestamptz null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "identity"."oauth_clients" is 'Confidential clients: services that ask for tokens in their own name'`,
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
      `create table "identity"."rate_limits" ("key" text not null, "points" int not null, "expire" bigint null, primary key ("key"))`,
    )
    this.addSql(
      `comment on table "identity"."rate_limits" is 'Tries counted per window; keys are hashes or network prefixes'`,
    )
    this.addSql(`create index "rate_limits_expiry_index" on "identity"."rate_limits" ("expire")`)
    this.addSql(
      `create table "identity"."signing_keys" ("id" text not null, "public_jwk" jsonb not null, "sealed_private_jwk" text not null, "created_at" timestamptz not null, "activates_at" timestamptz not null, "retires_at" timestamptz null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "identity"."signing_keys" is 'RSA keys that sign access tokens; the private half is sealed'`,
    )
    this.addSql(
      `create table "identity"."users" ("id" text not null, "email" text null, "email_verified" boolean not null, "display_name" text not null, "status" text not null, "closing_to" text null, "closing_since" timestamptz null, "created_at" timestamptz not null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "identity"."users" is 'People, whatever workspaces they belong to; a closed account leaves an empty row'`,
    )
    this.addSql(`create index "users_closing_index" on "identity"."users" ("closing_since")`)
    this.addSql(
      `alter table "identity"."users" add constraint "users_email_unique" unique ("email")`,
    )
    this.addSql(
      `create table "identity"."totp_factors" ("id" text not null, "user_id" text not null, "sealed_seed" text not null, "last_step" int not null, "confirmed_at" timestamptz null, "created_at" timestamptz not null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "identity"."totp_factors" is 'Authenticator apps, one per account; of no use until a first code confirms the seed'`,
    )
    this.addSql(
      `alter table "identity"."totp_factors" add constraint "totp_factors_user_unique" unique ("user_id")`,
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
      `create table "identity"."recovery_codes" ("user_id" text not null, "position" int not null, "hash" text not null, "used_at" timestamptz null, "created_at" timestamptz not null, primary key ("user_id", "position"))`,
    )
    this.addSql(
      `comment on table "identity"."recovery_codes" is 'Argon2id hashes of the codes that stand in for a lost second factor; each works once'`,
    )
    this.addSql(
      `create table "identity"."passwords" ("user_id" text not null, "hash" text not null, "changed_at" timestamptz not null, primary key ("user_id"))`,
    )
    this.addSql(
      `comment on table "identity"."passwords" is 'Argon2id hashes; accounts that sign in by other means have none'`,
    )
    this.addSql(
      `create table "identity"."passkeys" ("id" text not null, "user_id" text not null, "name" text not null, "credential_id" text not null, "public_key" text not null, "counter" bigint not null, "transports" text[] not null, "device_type" text not null, "backed_up" boolean not null, "aaguid" text not null, "created_at" timestamptz not null, "last_used_at" timestamptz null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "identity"."passkeys" is 'Public keys of WebAuthn credentials; nothing in here is secret'`,
    )
    this.addSql(
      `create index "passkeys_user_index" on "identity"."passkeys" ("user_id", "created_at")`,
    )
    this.addSql(
      `alter table "identity"."passkeys" add constraint "passkeys_credential_unique" unique ("credential_id")`,
    )
    this.addSql(
      `create table "identity"."linked_identities" ("id" text not null, "user_id" text not null, "issuer" text not null, "subject" text not null, "email" text not null, "created_at" timestamptz not null, "last_used_at" timestamptz not null, primary key ("id"))`,
    )
    this.addSql(
      `comment on table "identity"."linked_identities" is 'Accounts elsewhere that may sign in here, known by issuer and subject only'`,
    )
    this.addSql(
      `alter table "identity"."linked_identities" add constraint "linked_identities_subject_unique" unique ("issuer", "subject")`,
    )
    this.addSql(
      `alter table "identity"."linked_identities" add constraint "linked_identities_user_unique" unique ("user_id", "issuer")`,
    )
    this.addSql(
      `create table "identity"."email_tokens" ("token_hash" text not null, "purpose" text not null, "user_id" text null, "email" text not null, "created_at" timestamptz not null, "expires_at" timestamptz not null, primary key ("token_hash"))`,
    )
    this.addSql(
      `comment on table "identity"."email_tokens" is 'Hashes of tokens sent by mail; each works once, until it expires or a newer one is sent'`,
    )
    this.addSql(
      `create index "email_tokens_user_index" on "identity"."email_tokens" ("user_id", "purpose")`,
    )
    this.addSql(`create index "email_tokens_email_index" on "identity"."email_tokens" ("email")`)
    this.addSql(
      `create index "email_tokens_expiry_index" on "identity"."email_tokens" ("expires_at")`,
    )
    this.addSql(
      `create table "identity"."challenges" ("token_hash" text not null, "purpose" text not null, "user_id" text null, "session_id" text null, "client_id" text null, "delivery" text null, "amr" text[] not null, "passkey_challenge" text null, "tries_left" int not null, "created_at" timestamptz not null, "expires_at" timestamptz not null, primary key ("token_hash"))`,
    )
    this.addSql(
      `comment on table "identity"."challenges" is 'Proofs asked for and not yet given; a row goes when it is answered or given up'`,
    )
    this.addSql(`create index "challenges_user_index" on "identity"."challenges" ("user_id")`)
    this.addSql(`create index "challenges_expiry_index" on "identity"."challenges" ("expires_at")`)
    this.addSql(`alter table "identity"."outbox" enable row level security`)
    this.addSql(`alter table "identity"."outbox" force row level security`)
    this.addSql(
      `create policy "outbox_tenant_guard" on "identity"."outbox" as restrictive using (tenant_id is null or tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value)) with check (tenant_id is null or tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value))`,
    )
    this.addSql(
      `create policy "outbox_append" on "identity"."outbox" using (true) with check (true)`,
    )
    this.addSql(
      `alter table "identity"."users" add constraint "users_status_check" check ("status" in ('active', 'closing', 'deactivated', 'deleted'))`,
    )
    this.addSql(
      `alter table "identity"."users" add constraint "users_closing_to_check" check ("closing_to" in ('deactivated', 'deleted'))`,
    )
    this.addSql(
      `alter table "identity"."totp_factors" add constraint "totp_factors_user_id_foreign" foreign key ("user_id") references "identity"."users" ("id") on delete cascade`,
    )
    this.addSql(
      `alter table "identity"."sessions" add constraint "sessions_user_id_foreign" foreign key ("user_id") references "identity"."users" ("id")`,
    )
    this.addSql(
      `alter table "identity"."sessions" add constraint "sessions_delivery_check" check ("delivery" in ('COOKIE', 'PAYLOAD'))`,
    )
    this.addSql(
      `alter table "identity"."refresh_tokens" add constraint "refresh_tokens_session_id_foreign" foreign key ("session_id") references "identity"."sessions" ("id") on delete cascade`,
    )
    this.addSql(
      `alter table "identity"."recovery_codes" add constraint "recovery_codes_user_id_foreign" foreign key ("user_id") references "identity"."users" ("id") on delete cascade`,
    )
    this.addSql(
      `alter table "identity"."passwords" add constraint "passwords_user_id_foreign" foreign key ("user_id") references "identity"."users" ("id") on update cascade on delete cascade`,
    )
    this.addSql(
      `alter table "identity"."passkeys" add constraint "passkeys_user_id_foreign" foreign key ("user_id") references "identity"."users" ("id") on delete cascade`,
    )
    this.addSql(
      `alter table "identity"."passkeys" add constraint "passkeys_device_type_check" check ("device_type" in ('singleDevice', 'multiDevice'))`,
    )
    this.addSql(
      `alter table "identity"."linked_identities" add constraint "linked_identities_user_id_foreign" foreign key ("user_id") references "identity"."users" ("id") on delete cascade`,
    )
    this.addSql(
      `alter table "identity"."email_tokens" add constraint "email_tokens_user_id_foreign" foreign key ("user_id") references "identity"."users" ("id") on delete cascade`,
    )
    this.addSql(
      `alter table "identity"."email_tokens" add constraint "email_tokens_purpose_check" check ("purpose" in ('verify-email', 'reset-password', 'change-email'))`,
    )
    this.addSql(
      `alter table "identity"."challenges" add constraint "challenges_user_id_foreign" foreign key ("user_id") references "identity"."users" ("id") on delete cascade`,
    )
    this.addSql(
      `alter table "identity"."challenges" add constraint "challenges_purpose_check" check ("purpose" in ('complete-sign-in', 'passkey-sign-in', 'passkey-registration', 'step-up'))`,
    )
    this.addSql(
      `alter table "identity"."challenges" add constraint "challenges_delivery_check" check ("delivery" in ('COOKIE', 'PAYLOAD'))`,
    )
    // Reading and deleting events is the sequencer's; audit records are among them.
    this.addSql('revoke select, update, delete on identity.outbox from identity_service')
  }

  override down(): void {
    this.addSql(
      `alter table "identity"."totp_factors" drop constraint "totp_factors_user_id_foreign"`,
    )
    this.addSql(`alter table "identity"."sessions" drop constraint "sessions_user_id_foreign"`)
    this.addSql(
      `alter table "identity"."recovery_codes" drop constraint "recovery_codes_user_id_foreign"`,
    )
    this.addSql(`alter table "identity"."passwords" drop constraint "passwords_user_id_foreign"`)
    this.addSql(`alter table "identity"."passkeys" drop constraint "passkeys_user_id_foreign"`)
    this.addSql(
      `alter table "identity"."linked_identities" drop constraint "linked_identities_user_id_foreign"`,
    )
    this.addSql(
      `alter table "identity"."email_tokens" drop constraint "email_tokens_user_id_foreign"`,
    )
    this.addSql(`alter table "identity"."challenges" drop constraint "challenges_user_id_foreign"`)
    this.addSql(
      `alter table "identity"."refresh_tokens" drop constraint "refresh_tokens_session_id_foreign"`,
    )
    this.addSql(`drop table if exists "identity"."google_transactions" cascade`)
    this.addSql(`drop table if exists "identity"."oauth_clients" cascade`)
    this.addSql(`drop table if exists "identity"."outbox" cascade`)
    this.addSql(`drop table if exists "identity"."mail_queue" cascade`)
    this.addSql(`drop table if exists "identity"."rate_limits" cascade`)
    this.addSql(`drop table if exists "identity"."signing_keys" cascade`)
    this.addSql(`drop table if exists "identity"."users" cascade`)
    this.addSql(`drop table if exists "identity"."totp_factors" cascade`)
    this.addSql(`drop table if exists "identity"."sessions" cascade`)
    this.addSql(`drop table if exists "identity"."refresh_tokens" cascade`)
    this.addSql(`drop table if exists "identity"."recovery_codes" cascade`)
    this.addSql(`drop table if exists "identity"."passwords" cascade`)
    this.addSql(`drop table if exists "identity"."passkeys" cascade`)
    this.addSql(`drop table if exists "identity"."linked_identities" cascade`)
    this.addSql(`drop table if exists "identity"."email_tokens" cascade`)
    this.addSql(`drop table if exists "identity"."challenges" cascade`)
  }
}
