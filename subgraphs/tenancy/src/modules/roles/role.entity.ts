import { TEMPLATE_ROLES, type TemplateRole } from '@logicspike/auth'
import { guardedPolicies, sessionValue } from '@logicspike/database'
import type { IdOf } from '@logicspike/ids'
import { defineEntity, p } from '@mikro-orm/postgresql'
import { Workspace } from '../workspaces/workspace.entity.ts'

const ofTenant = `tenant_id = ${sessionValue('tenantId')}`
const ofOwnMembership = `exists (select from memberships where memberships.tenant_id = roles.tenant_id and memberships.role_id = roles.id and memberships.user_id = ${sessionValue('userId')})`

const RoleSchema = defineEntity({
  name: 'Role',
  tableName: 'roles',
  comment: 'What members may do: three templates in every workspace, and custom roles',
  ...guardedPolicies({ readable: `${ofTenant} or ${ofOwnMembership}`, writable: ofTenant }),
  uniques: [
    { name: 'roles_name_unique', properties: ['tenantId', 'nameKey'] },
    { name: 'roles_template_unique', properties: ['tenantId', 'template'] },
  ],
  properties: {
    id: p.text().$type<IdOf<'role'>>().primary(),
    tenantId: () =>
      p
        .manyToOne(Workspace)
        .mapToPk()
        .fieldName('tenant_id')
        .deleteRule('cascade')
        .$type<IdOf<'workspace'>>(),
    /** The template this row stands for; null for a custom role. */
    template: p
      .enum([...TEMPLATE_ROLES])
      .$type<TemplateRole>()
      .nullable(),
    name: p.text(),
    /** The name folded for comparison: no two roles of a workspace differ in case alone. */
    nameKey: p.text(),
    /** Of a custom role: exact permissions, sorted. Of a template: empty, the code says which. */
    permissions: p.array<string>(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
})
/** A named set of permissions that members hold. */
export class Role extends RoleSchema.class {}
RoleSchema.setClass(Role)
