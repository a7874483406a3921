// Forward-safe: adds a table that the previous release does not know.
import { Migration } from '@logicspike/database'

export class CreateMailSuppressions20261201011300 extends Migration {
  override up(): void {
    this.addSql(
      `create table "communication"."mail_suppressions" ("address_hash" text not null, "reply_code" int not null, "suppressed_at" timestamptz not null, primary key ("address_hash"))`,
    )
    this.addSql(
      `comment on table "communication"."mail_suppressions" is 'Addresses that mail servers refused for good; only security mails still try them'`,
    )
  }

  override down(): void {
    this.addSql(`drop table if exists "communication"."mail_suppressions" cascade`)
  }
}
