// Forward-safe: only new tables, which no earlier release knows of.
import { Migration } from '@logicspike/database'

export class CreateUsersAndCredentials20261123055532 extends Migration {
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
      `create table "identity"."rate_limits" ("key" text not null, "points" int not null, "expire" bigint null, primary key ("key"))`,
    )
    this.addSql(
      `comment on table "identity"."rate_limits" is 'Tries counted per window; keys are hashes or network prefixes'`,
    )
    this.addSql(`create index "rate_limits_expiry_index" on "identity"."rate_limits" ("expire")`)
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
      `create table "identity"."passwords" ("user_id" text not null, "hash" text not null, "changed_at" timestamptz not null, primary key ("user_id"))`,
    )
    this.addSql(
      `comment on table "identity"."passwords" is 'Argon2id hashes; accounts that sign in by other means have none'`,
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
      `alter table "identity"."users" add constraint "users_status_check" check ("status" in ('active', 'closing', 'deactivated', 'deleted'))`,
    )
    this.addSql(
      `alter table "identity"."users" add constraint "users_closing_to_check" check ("closing_to" in ('deactivated', 'deleted'))`,
    )
    this.addSql(
      `alter table "identity"."passwords" add constraint "passwords_user_id_foreign" foreign key ("user_id") references "identity"."users" ("id") on update cascade on delete cascade`,
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
  }

  override down(): void {
    this.addSql(`alter table "identity"."passwords" drop constraint "passwords_user_id_foreign"`)
    this.addSql(
      `alter table "identity"."linked_identities" drop constraint "linked_identities_user_id_foreign"`,
    )
    this.addSql(
      `alter table "identity"."email_tokens" drop constraint "email_tokens_user_id_foreign"`,
    )
    this.addSql(`drop table if exists "identity"."google_transactions" cascade`)
    this.addSql(`drop table if exists "identity"."rate_limits" cascade`)
    this.addSql(`drop table if exists "identity"."users" cascade`)
    this.addSql(`drop table if exists "identity"."passwords" cascade`)
    this.addSql(`drop table if exists "identity"."linked_identities" cascade`)
    this.addSql(`drop table if exists "identity"."email_tokens" cascade`)
  }
}
