import { sessionValue } from '@logicspike/database'
import { defineEntity, p } from '@mikro-orm/postgresql'

const ofTenantOrNone = `tenant_id is null or tenant_id = ${sessionValue('tenantId')}`

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
      using: ofTenantOrNone,
      check: ofTenantOrNone,
    },
    { name: 'outbox_append', using: 'true', check: 'true' },
  ],
  properties: {
    id: p.text().primary(),
    tenantId: p.text().nullable(),
    type: p.text(),
    version: p.integer(),
    class: p.text(),
    subject: p.text(),
    actor: p.json().nullable(),
    data: p.json(),
    correlationId: p.text().nullable(),
    occurredAt: p.datetime(),
    /** Ids of transactions still running mark how far the sequencer may read. */
    transactionId: p.type('xid8').columnType('xid8').defaultRaw('pg_current_xact_id()'),
  },
})
