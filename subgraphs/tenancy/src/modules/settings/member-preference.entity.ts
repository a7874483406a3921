import { tenantPolicies } from '@logicspike/database'
import type { IdOf } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'
import { Workspace } from '../workspaces/workspace.entity.ts'
import type { PersonalSettingName } from './settings.ts'

const MemberPreferenceSchema = defineEntity({
  name: 'MemberPreference',
  tableName: 'member_preferences',
  comment: 'What members have said about their own settings in a workspace; goes with the member',
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
    memberId: p.text().$type<IdOf<'member'>>().primary(),
    name: p.text().$type<PersonalSettingName>().primary(),
    value: p.text(),
    updatedAt: p.datetime(),
  },
})
/** One setting of a member's own. */
export class MemberPreference extends MemberPreferenceSchema.class {}
MemberPreferenceSchema.setClass(MemberPreference)
