import { tenantPolicies } from '@logicspike/database'
import type { IdOf } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'
import { Workspace } from '../workspaces/workspace.entity.ts'

const MembershipEpochSchema = defineEntity({
  name: 'MembershipEpoch',
  tableName: 'membership_epochs',
  comment: 'Tokens for the workspace with a lower epoch are dead; outlives the membership',
  ...tenantPolicies(),
  properties: {
    tenantId: () =>
      p
        .manyToOne(Workspace)
        .mapToPk()
        .fieldName('tenant_id')
        .deleteRule('cascade')
        .$type<IdOf<'workspace'>>()
        .primary(),
    userId: p.text().$type<IdOf<'user'>>().primary(),
    epoch: p.integer(),
    bumpedAt: p.datetime(),
  },
})
/** Kept apart from memberships, so that somebody who leaves and comes back gets no old epoch. */
export class MembershipEpoch extends MembershipEpochSchema.class {}
MembershipEpochSchema.setClass(MembershipEpoch)
