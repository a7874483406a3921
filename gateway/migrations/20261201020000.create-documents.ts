// Forward-safe: new tables only; the previous release uses none.
import { Migration } from '@logicspike/database'

export class CreateDocuments20261201020000 extends Migration {
  override up(): void {
    this.addSql(`create table gateway.registered_documents (
      hash text primary key check (hash ~ '^[0-9a-f]{64}$'),
      document text not null,
      registered_at timestamptz not null default now(),
      used_on date not null default current_date)`)
    this.addSql(
      `comment on table gateway.registered_documents is 'Documents of automatic persisted queries, by SHA-256; forgotten when out of use'`,
    )
    this.addSql(
      'create index registered_documents_use_index on gateway.registered_documents (used_on desc, registered_at desc)',
    )
    this.addSql(`create table gateway.trusted_documents (
      hash text not null check (hash ~ '^[0-9a-f]{64}$'),
      client text not null,
      document text not null,
      published_at timestamptz not null default now(),
      primary key (hash, client))`)
    this.addSql(
      `comment on table gateway.trusted_documents is 'Documents that clients were built with, by SHA-256'`,
    )
  }

  override down(): void {
    this.addSql('drop table gateway.trusted_documents')
    this.addSql('drop table gateway.registered_documents')
  }
}
