import { defineEntity, p } from '@mikro-orm/postgresql'

/**
 * A mail written in the transaction of its cause and sent after the commit. The whole message is
 * sealed, since mails carry links that sign people in; it is wiped once sent.
 */
export const QueuedMail = defineEntity({
  name: 'QueuedMail',
  tableName: 'mail_queue',
  comment: 'Mails waiting to be sent; sealed until sent, wiped after',
  indexes: [{ properties: ['nextAttemptAt'] }],
  properties: {
    id: p.text().primary(),
    sealedMessage: p.text().nullable(),
    attempts: p.integer(),
    nextAttemptAt: p.datetime().nullable(),
    sentAt: p.datetime().nullable(),
    createdAt: p.datetime(),
  },
})
