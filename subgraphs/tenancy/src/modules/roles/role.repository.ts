import { type IdOf, parseId } from '@logicspike/ids'
import { ofWorkspace } from '@logicspike/subgraph-kit'
import type { TenancyContext } from '../../context.ts'
import { Role } from './role.entity.ts'

type Reading = Pick<TenancyContext, 'em' | 'actor' | 'workspaceId'>

export async function findRole(ctx: Reading, id: string): Promise<Role | null> {
  const roleId = parseId('role', id)
  return roleId && ctx.em.findOne(Role, { ...ofWorkspace(ctx), id: roleId })
}

/** Templates and custom roles, in order of creation; few, as their number is limited. */
export const listRoles = (ctx: Reading): Promise<Role[]> =>
  ctx.em.find(Role, ofWorkspace(ctx), { orderBy: { id: 'asc' } })

/** The workspace's row for a template. */
export const findTemplateRole = (
  ctx: Reading,
  template: NonNullable<Role['template']>,
): Promise<Role> => ctx.em.findOneOrFail(Role, { ...ofWorkspace(ctx), template })

export const countCustomRoles = (ctx: Reading): Promise<number> =>
  ctx.em.count(Role, { ...ofWorkspace(ctx), template: null })

/** Whether another role of the workspace has the name, whatever the case of its letters. */
export async function isRoleNameTaken(
  ctx: Reading,
  nameKey: string,
  except?: IdOf<'role'>,
): Promise<boolean> {
  const role = await ctx.em.findOne(Role, { ...ofWorkspace(ctx), nameKey })
  return role !== null && role.id !== except
}
