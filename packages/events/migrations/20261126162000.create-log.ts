// Forward-safe: the first tables of the event log; the previous release uses none.
import { Migration } from '@logicspike/database'

/**
 * Rows are their tenant's; the sequencer and the consumers, who serve all tenants, are let through
 * by name. Nobody can become them: no role is a member of theirs.
 */
const readable = `tenant_id = (select nullif(current_setting('app.tenant_id', true), '')) or current_user in ('events_sequencer', 'events_consumer')`

export class CreateLog20261126162000 extends Migration {
  override up(): void {
    this.addSql(`create table events.log_head (
      single boolean primary key default true check (single),
      position bigint not null,
      oldest_position bigint not null,
      recorded_at timestamptz not null)`)
    this.addSql(
      `comment on table events.log_head is 'Where the whole log ends and begins; one row, changed by the sequencer only'`,
    )
    this.addSql('insert into events.log_head values (true, 0, 1, clock_timestamp())')

    this.addSql(`create table events.tenant_heads (
      tenant_id text,
      head_seq bigint not null,
      oldest_seq bigint not null,
      constraint tenant_heads_tenant_unique unique nulls not distinct (tenant_id))`)
    this.addSql(
      `comment on table events.tenant_heads is 'Where the line of each tenant ends and begins; null is the line of what belongs to no tenant'`,
    )

    this.addSql(`create table events.event_log (
      position bigint not null, tenant_id text, seq bigint not null,
      id text not null, type text not null, version int not null, class text not null,
      source text not null, subject text not null, actor jsonb,
      correlation_id text, causation_id text, traceparent text,
      occurred_at timestamptz not null, recorded_at timestamptz not null,
      primary key (position, recorded_at),
      constraint event_log_tenant_seq_unique unique (tenant_id, seq, recorded_at)
      ) partition by range (recorded_at)`)
    this.addSql(
      `comment on table events.event_log is 'What happened, in order; one partition for each day of recording'`,
    )

    this.addSql(`create table events.event_payloads (
      position bigint not null, tenant_id text, data jsonb not null, recorded_at timestamptz not null,
      primary key (position, recorded_at)) partition by range (recorded_at)`)
    this.addSql(
      `comment on table events.event_payloads is 'The data of events, apart, for it is kept less long'`,
    )

    this.addSql(`create table events.event_ids (
      source text not null, id text not null, recorded_at timestamptz not null,
      primary key (source, id))`)
    this.addSql(
      `comment on table events.event_ids is 'What has been recorded: an event that comes again is known by it, long after it is gone'`,
    )
    this.addSql(
      'create index event_ids_recorded_at_index on events.event_ids using brin (recorded_at)',
    )

    for (const table of ['tenant_heads', 'event_log', 'event_payloads']) {
      this.addSql(`alter table events.${table} enable row level security`)
      this.addSql(`alter table events.${table} force row level security`)
      this.addSql(
        `create policy tenant_guard on events.${table} as restrictive using (${readable}) with check (${readable})`,
      )
      this.addSql(
        `create policy tenant_access on events.${table} using (${readable}) with check (${readable})`,
      )
    }

    // The sequencer is no owner, and partitions come and go: it may ask for exactly that.
    this.addSql(`create function events.provide_partition(day date) returns void
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
      declare parent text; leaf text;
      begin
        foreach parent in array array['event_log', 'event_payloads'] loop
          leaf := parent || '_' || to_char(day, 'YYYYMMDD');
          continue when to_regclass('events.' || leaf) is not null;
          execute format('create table events.%I (like events.%I including defaults)', leaf, parent);
          execute format('alter table events.%I enable row level security, force row level security', leaf);
          execute format('create policy tenant_guard on events.%I as restrictive using (%s) with check (%2$s)',
            leaf, $rule$${readable}$rule$);
          -- Attaching locks nobody out, as creating a partition in place would.
          execute format('alter table events.%I attach partition events.%I for values from (%L) to (%L)',
            parent, leaf, day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
        end loop;
      end $body$`)
    this.addSql(`create function events.drop_partition(parent text, day date) returns void
      language plpgsql security definer set search_path = pg_catalog, pg_temp
      set lock_timeout = '200ms' as $body$
      begin
        if parent not in ('event_log', 'event_payloads') then
          raise exception 'events.% is not kept by days', parent;
        end if;
        if day >= (clock_timestamp() at time zone 'UTC')::date then
          raise exception 'the day is not over';
        end if;
        execute format('drop table if exists events.%I', parent || '_' || to_char(day, 'YYYYMMDD'));
      end $body$`)
    // Enough days for a platform whose sequencer starts late.
    this.addSql(`select events.provide_partition(day::date)
      from generate_series((now() at time zone 'UTC')::date, (now() at time zone 'UTC')::date + 7, '1 day') day`)

    this.addSql('grant select, update on events.log_head to events_sequencer')
    this.addSql('grant select, insert, update on events.tenant_heads to events_sequencer')
    this.addSql('grant select, insert on events.event_log to events_sequencer')
    this.addSql('grant insert on events.event_payloads to events_sequencer')
    this.addSql('grant select, insert, delete on events.event_ids to events_sequencer')
    this.addSql('grant execute on function events.provide_partition to events_sequencer')
    this.addSql('grant execute on function events.drop_partition to events_sequencer')
    const readers = 'events_reader, events_consumer'
    this.addSql(
      `grant select on events.event_log, events.event_payloads, events.tenant_heads to ${readers}`,
    )
    this.addSql('grant select on events.log_head to events_consumer')
  }

  override down(): void {
    this.addSql('drop function events.drop_partition')
    this.addSql('drop function events.provide_partition')
    for (const table of ['event_ids', 'event_payloads', 'event_log', 'tenant_heads', 'log_head']) {
      this.addSql(`drop table events.${table}`)
    }
  }
}
