import type { IdOf } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'

const MailTallySchema = defineEntity({
  name: 'MailTally',
  tableName: 'mail_tallies',
  comment: 'How many mails a person was sent in an hour, over all workspaces',
  properties: {
    userId: p.text().$type<IdOf<'user'>>().primary(),
    /** When the hour begins, in UTC. */
    hour: p.datetime().primary(),
    sent: p.integer(),
  },
})
/** Belongs to no tenant: the person has one mailbox, whichever workspaces write to it. */
export class MailTally extends MailTallySchema.class {}
MailTallySchema.setClass(MailTally)
