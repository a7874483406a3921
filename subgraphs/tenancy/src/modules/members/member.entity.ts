import { tenantOrOwnerPolicies } from '@logicspike/database'
import type { IdOf } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'
import { Workspace } from '../workspaces/workspace.entity.ts'

const MemberSchema = defineEntity({
  name: 'Member',
  tableName: 'memberships',
  comment: 'Who belongs to which workspace, with which role',
  ...tenantOrOwnerPolicies(),
  uniques: [{ name: 'memberships_user_unique', properties: ['tenantId', 'userId'] }],
  indexes: [
    { name: 'memberships_page_index', properties: ['tenantId', 'id'] },
    { name: 'memberships_role_index', properties: ['tenantId', 'roleId'] },
    { name: 'memberships_user_index', properties: ['userId', 'id'] },
  ],
  properties: {
    id: p.text().$type<IdOf<'member'>>().primary(),
    tenantId: () =>
      p
        .manyToOne(Workspace)
        .mapToPk()
        .fieldName('tenant_id')
        .deleteRule('cascade')
        .$type<IdOf<'workspace'>>(),
    userId: p.text().$type<IdOf<'user'>>(),
    roleId: p.text().$type<IdOf<'role'>>(),
    joinedAt: p.datetime(),
  },
})
/** A user in a workspace. The user may be in others too, with other roles. */
export class Member extends MemberSchema.class {}
MemberSchema.setClass(Member)
