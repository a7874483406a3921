import { defineEntity, p } from '@mikro-orm/postgresql'

const MailSuppressionSchema = defineEntity({
  name: 'MailSuppression',
  tableName: 'mail_suppressions',
  comment: 'Addresses that mail servers refused for good; only security mails still try them',
  properties: {
    /** SHA-256 of the normalised address, so that the list names nobody. */
    addressHash: p.text().primary(),
    /** The reply code of the server, such as 550. */
    replyCode: p.integer(),
    suppressedAt: p.datetime(),
  },
})
/** Belongs to no tenant: a mailbox that is not there is not there for any workspace. */
export class MailSuppression extends MailSuppressionSchema.class {}
MailSuppressionSchema.setClass(MailSuppression)
