import type { Permission } from '@logicspike/auth'
import { internal } from '@logicspike/errors'
import type { IdOf } from '@logicspike/ids'
import { amongWorkspacesOf, type TenancyContext } from './context.ts'
import { type ActingMember, readActingMember } from './modules/members/acting-member.ts'
import { listRegisteredPermissions } from './modules/permissions/permission.repository.ts'
import { type Standing, standingOf } from './modules/permissions/standing.ts'
import type { Role } from './modules/roles/role.entity.ts'

/** Runs a repository's read together with the other reads of this moment, see `ReadTogether`. */
export const reading = <Value>(
  ctx: TenancyContext,
  read: (ctx: TenancyContext) => Promise<Value>,
): Promise<Value> => ctx.loaders.read((em) => read({ ...ctx, em }))

/** The caller as a member of the token's workspace. */
export const actingMember = (ctx: TenancyContext): Promise<ActingMember | null> =>
  ctx.loaders.once('acting-member', () => reading(ctx, readActingMember))

export const registeredPermissions = (ctx: TenancyContext): Promise<readonly Permission[]> =>
  ctx.loaders.once('registered-permissions', () => reading(ctx, listRegisteredPermissions))

export const standingOfRole = async (ctx: TenancyContext, role: Role): Promise<Standing> =>
  standingOf(role, await registeredPermissions(ctx))

/** The context that sees the user's memberships in all workspaces, with loaders of its own. */
export const amongOwnMemberships = (
  ctx: TenancyContext,
  userId: IdOf<'user'>,
): Promise<TenancyContext> =>
  ctx.loaders.once(`memberships-of-${userId}`, async () => amongWorkspacesOf(ctx, userId))

/** The role that a row refers to; a foreign key says that it exists. */
export async function roleById(ctx: TenancyContext, id: Role['id']): Promise<Role> {
  const role = await ctx.loaders.role.load(id)
  if (!role) throw internal(`role ${id} is referred to and does not exist`)
  return role
}
