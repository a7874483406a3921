import { Migration } from '@logicspike/database'

/** What the migrations of services with consumers say; compared with the entities like theirs. */
export class CreateConsumerTables extends Migration {
  override up(): void {
    this.addSql(`create table consumer_offsets (name text primary key, position bigint not null,
      tries int not null default 0, last_error text, first_tried_at timestamptz,
      retry_at timestamptz, blocked_by text, updated_at timestamptz not null)`)
    this.addSql(
      `comment on table consumer_offsets is 'How far each consumer has come in the event log'`,
    )
    this.addSql(`create table inbox_entries (consumer text, key text,
      recorded_at timestamptz not null, primary key (consumer, key))`)
    this.addSql(
      `comment on table inbox_entries is 'What consumers have set going elsewhere, so that it is set going once'`,
    )
    this.addSql('create index inbox_entries_recorded_at_index on inbox_entries (recorded_at)')
    this.addSql(`create table parked_events (consumer text, event_id text,
      position bigint not null, workspace_id text, event jsonb not null, tries int not null,
      last_error text not null, first_tried_at timestamptz not null,
      last_tried_at timestamptz not null, state text not null, primary key (consumer, event_id),
      constraint parked_events_state_check
        check (state in ('parked', 'requested', 'redriven', 'dropped')))`)
    this.addSql(
      `comment on table parked_events is 'Events that a consumer gave up on, for an operator to redrive or drop'`,
    )
  }

  override down(): void {
    for (const table of ['parked_events', 'inbox_entries', 'consumer_offsets']) {
      this.addSql(`drop table ${table}`)
    }
  }
}
