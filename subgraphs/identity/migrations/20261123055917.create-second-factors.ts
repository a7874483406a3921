// Forward-safe: only new tables, which no earlier release knows of.
import { Migration } from '@logicspike/database'

export class CreateSecondFactors20261123055917 extends Migration {
  override up(): void {
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
      `create table "identity"."recovery_codes" ("user_id" text not null, "position" int not null, "hash" text not null, "used_at" timestamptz null, "created_at" timestamptz not null, primary key ("user_id", "position"))`,
    )
    this.addSql(
      `comment on table "identity"."recovery_codes" is 'Argon2id hashes of the codes that stand in for a lost second factor; each works once'`,
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
      `create table "identity"."challenges" ("token_hash" text not null, "purpose" text not null, "user_id" text null, "session_id" text null, "client_id" text null, "delivery" text null, "amr" text[] not null, "passkey_challenge" text null, "tries_left" int not null, "created_at" timestamptz not null, "expires_at" timestamptz not null, primary key ("token_hash"))`,
    )
    this.addSql(
      `comment on table "identity"."challenges" is 'Proofs asked for and not yet given; a row goes when it is answered or given up'`,
    )
    this.addSql(`create index "challenges_user_index" on "identity"."challenges" ("user_id")`)
    this.addSql(`create index "challenges_expiry_index" on "identity"."challenges" ("expires_at")`)
    this.addSql(
      `alter table "identity"."totp_factors" add constraint "totp_factors_user_id_foreign" foreign key ("user_id") references "identity"."users" ("id") on delete cascade`,
    )
    this.addSql(
      `alter table "identity"."recovery_codes" add constraint "recovery_codes_user_id_foreign" foreign key ("user_id") references "identity"."users" ("id") on delete cascade`,
    )
    this.addSql(
      `alter table "identity"."passkeys" add constraint "passkeys_user_id_foreign" foreign key ("user_id") references "identity"."users" ("id") on delete cascade`,
    )
    this.addSql(
      `alter table "identity"."passkeys" add constraint "passkeys_device_type_check" check ("device_type" in ('singleDevice', 'multiDevice'))`,
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
  }

  override down(): void {
    this.addSql(`drop table if exists "identity"."totp_factors" cascade`)
    this.addSql(`drop table if exists "identity"."recovery_codes" cascade`)
    this.addSql(`drop table if exists "identity"."passkeys" cascade`)
    this.addSql(`drop table if exists "identity"."challenges" cascade`)
  }
}
