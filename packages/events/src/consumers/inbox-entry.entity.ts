import { defineEntity, p } from '@mikro-orm/postgresql'

/**
 * What a consumer has set going elsewhere (a mail, a call), by a key of its own, so that the same
 * event does not set it going twice. Belongs to no tenant: keys are ids of events.
 */
export const InboxEntry = defineEntity({
  name: 'InboxEntry',
  tableName: 'inbox_entries',
  comment: 'What consumers have set going elsewhere, so that it is set going once',
  indexes: [{ name: 'inbox_entries_recorded_at_index', properties: ['recordedAt'] }],
  properties: {
    consumer: p.text().primary(),
    key: p.text().primary(),
    recordedAt: p.datetime(),
  },
})
