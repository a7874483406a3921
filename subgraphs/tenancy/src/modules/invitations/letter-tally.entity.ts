import { defineEntity, p } from '@mikro-orm/postgresql'

const LetterTallySchema = defineEntity({
  name: 'LetterTally',
  tableName: 'letter_tallies',
  comment: 'How many invitations were sent in a span of time, by workspace and by recipient',
  indexes: [{ name: 'letter_tallies_ends_at_index', properties: ['endsAt'] }],
  properties: {
    /** What is counted; addresses stand in it as hashes. */
    key: p.text().primary(),
    count: p.integer(),
    /** When the span is over and counting begins anew. */
    endsAt: p.datetime(),
  },
})
/** Belongs to no tenant: a stranger's mailbox is to be spared by all workspaces together. */
export class LetterTally extends LetterTallySchema.class {}
LetterTallySchema.setClass(LetterTally)
