import { defineEntity, p } from '@mikro-orm/postgresql'

/**
 * How far each consumer of a service has come in the log. Belongs to no tenant: a position and the
 * name of a consumer. Changed in the transaction of the effect, under a lock of its row.
 */
export const ConsumerOffset = defineEntity({
  name: 'ConsumerOffset',
  tableName: 'consumer_offsets',
  comment: 'How far each consumer has come in the event log',
  properties: {
    name: p.text().primary(),
    /** Everything up to here is done, or parked. */
    position: p.bigint(),
    /** How often the event that comes next has failed. */
    tries: p.integer().default(0),
    lastError: p.text().nullable(),
    firstTriedAt: p.datetime().nullable(),
    /** The next try of a failed event; not before. */
    retryAt: p.datetime().nullable(),
    /** Id of the parked event that everything after it waits for. */
    blockedBy: p.text().nullable(),
    updatedAt: p.datetime(),
  },
})
