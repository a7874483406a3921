import { defineEntity, p } from '@mikro-orm/postgresql'

const RecentEpochBumpSchema = defineEntity({
  name: 'RecentEpochBump',
  tableName: 'epoch_bumps',
  comment: 'Bumps younger than an hour, across workspaces, for verifiers; no row says more',
  indexes: [{ name: 'epoch_bumps_bumped_at_index', properties: ['bumpedAt'] }],
  properties: {
    /** `member:<workspace>:<user>`. */
    subject: p.text().primary(),
    epoch: p.integer(),
    bumpedAt: p.datetime(),
  },
})
/** Belongs to no tenant: every verifier must hear of every bump, and learns two ids and a number. */
export class RecentEpochBump extends RecentEpochBumpSchema.class {}
RecentEpochBumpSchema.setClass(RecentEpochBump)
