import { parseId } from '@logicspike/ids'
import { hasPermission, requirePermission } from '@logicspike/subgraph-kit'
import { errorsOf, resultOf } from '@logicspike/subgraph-server'
import type {
  MutationResolvers,
  QueryResolvers,
  RoleResolvers,
} from '../../__generated__/resolvers.ts'
import { mutate } from '../../mutate.ts'
import { actingMember, reading, standingOfRole } from '../../reads.ts'
import { mayGrantToMembers, mayManageRole } from '../members/member-rules.ts'
import { templateName } from '../permissions/template-name.ts'
import { createRole } from './create-role.ts'
import { deleteRole } from './delete-role.ts'
import { findRole, listRoles } from './role.repository.ts'
import { updateRole } from './update-role.ts'

const Query: Pick<QueryResolvers, 'role' | 'roles'> = {
  role: (_, { id }, ctx) => {
    requirePermission(ctx, 'tenancy:roles.read')
    return reading(ctx, (at) => findRole(at, id))
  },
  roles: (_, __, ctx) => {
    requirePermission(ctx, 'tenancy:roles.read')
    return reading(ctx, listRoles)
  },
}

const Mutation: Pick<MutationResolvers, 'createRole' | 'updateRole' | 'deleteRole'> = {
  createRole: async (_, { input }, ctx) => {
    const result = await mutate(ctx, (tx) => createRole(tx, input))
    return { role: resultOf(result), userErrors: errorsOf(result) }
  },
  updateRole: async (_, { input }, ctx) => {
    const result = await mutate(ctx, (tx) => updateRole(tx, input))
    return { role: resultOf(result), userErrors: errorsOf(result) }
  },
  deleteRole: async (_, { input }, ctx) => {
    const result = await mutate(ctx, (tx) => deleteRole(tx, input))
    return { deletedRoleId: resultOf(result), userErrors: errorsOf(result) }
  },
}

const RoleType: RoleResolvers = {
  __resolveReference: async ({ id }, ctx) => {
    const roleId = hasPermission(ctx, 'tenancy:roles.read') && parseId('role', id)
    const role = roleId ? await ctx.loaders.role.load(roleId) : null
    return role?.tenantId === ctx.workspaceId ? role : null
  },
  template: ({ template }) => (template ? templateName(template) : null),
  permissions: async (role, _, ctx) => [...(await standingOfRole(ctx, role)).permissions].sort(),
  viewerCanManage: async (role, _, ctx) =>
    !role.template &&
    role.tenantId === ctx.workspaceId &&
    mayManageRole(await actingMember(ctx), await standingOfRole(ctx, role)),
  viewerCanGrant: async (role, _, ctx) =>
    role.tenantId === ctx.workspaceId &&
    mayGrantToMembers(await actingMember(ctx), await standingOfRole(ctx, role)),
}

export const roleResolvers = { Query, Mutation, Role: RoleType }
