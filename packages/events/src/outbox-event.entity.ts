import { sessionValue } from '@logicspike/database'
import { defineEntity, p } from '@mikro-orm/postgresql'
import { sequencerRole } from './roles.ts'

/** A service appends for its tenant or for none; the sequencer takes what all of them wrote. */
const ofTenantOrSequencer = `tenant_id is null or tenant_id = ${sessionValue('tenantId')} or current_user = '${sequencerRole}'`

/**
 * One row per event, written in the transaction of the change it tells of and moved to the event
 * log afterwards. `tenant_id` is null for facts that belong to no workspace (a sign-up). A service
 * may only append: reading and deleting are the sequencer's.
 */
export const OutboxEvent = defineEntity({
  name: 'OutboxEvent',
  tableName: 'outbox',
  comment: 'Events committed with their cause, waiting to be sequenced',
  rowLevelSecurity: 'force',
  policies: [
    {
      name: 'outbox_tenant_guard',
      type: 'restrictive',
      using: ofTenantOrSequencer,
      check: ofTenantOrSequencer,
    },
    { name: 'outbox_append', using: 'true', check: 'true' },
  ],
  indexes: [{ name: 'outbox_ordinal_index', properties: ['ordinal'] }],
  properties: {
    id: p.text().primary(),
    /** Order of writing. Whoever saw an event committed, and then writes one, gets a higher number. */
    ordinal: p.bigint().autoincrement(),
    tenantId: p.text().nullable(),
    type: p.text(),
    version: p.integer(),
    class: p.text(),
    subject: p.text(),
    actor: p.json().nullable(),
    data: p.json(),
    correlationId: p.text().nullable(),
    causationId: p.text().nullable(),
    traceparent: p.text().nullable(),
    /** By the publisher's clock. */
    occurredAt: p.datetime(),
    /** By the database's clock, which outboxes of one server share. */
    writtenAt: p.datetime().defaultRaw('clock_timestamp()'),
  },
})
