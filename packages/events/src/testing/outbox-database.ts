import { Migration, type MigrationClass, type ServiceDatabase } from '@logicspike/database'
import { outboxGrants } from '../events-database.ts'
import { OutboxEvent } from '../outbox-event.entity.ts'
import { sequencerRole } from '../roles.ts'

/** A service that has an outbox and nothing else, to publish from in tests. */
export function outboxDatabase(service: string): ServiceDatabase {
  return {
    service,
    entities: [OutboxEvent],
    migrations: [createOutbox(service)],
    grants: outboxGrants,
  }
}

/** What the migrations of real services say; compared with the entity like theirs. */
function createOutbox(service: string): MigrationClass {
  const rule = `tenant_id is null or tenant_id = (select nullif(current_setting('app.tenant_id', true), '') as value) or current_user = '${sequencerRole}'`
  return class CreateOutbox extends Migration {
    override up(): void {
      this.addSql(`create table outbox (id text primary key,
        ordinal bigserial not null, tenant_id text, type text not null,
        version int not null, class text not null, subject text not null, actor jsonb,
        data jsonb not null, correlation_id text, causation_id text, traceparent text,
        occurred_at timestamptz not null, written_at timestamptz not null default clock_timestamp())`)
      this.addSql(
        `comment on table outbox is 'Events committed with their cause, waiting to be sequenced'`,
      )
      this.addSql('create index outbox_ordinal_index on outbox (ordinal)')
      this.addSql('alter table outbox enable row level security, force row level security')
      this.addSql(
        `create policy outbox_tenant_guard on outbox as restrictive using (${rule}) with check (${rule})`,
      )
      this.addSql('create policy outbox_append on outbox using (true) with check (true)')
      this.addSql(`revoke select, update, delete on outbox from ${service}_service`)
    }

    override down(): void {
      this.addSql('drop table outbox')
    }
  }
}
