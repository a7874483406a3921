import { internal } from '@logicspike/errors'
import { hasPermission, parsePage, readPage, requireActor } from '@logicspike/subgraph-kit'
import type {
  MembershipResolvers,
  QueryResolvers,
  ViewerResolvers,
} from '../../__generated__/resolvers.ts'
import type { TenancyContext } from '../../context.ts'
import {
  actingMember,
  amongOwnMemberships,
  reading,
  roleById,
  standingOfRole,
} from '../../reads.ts'
import type { Member } from '../members/member.entity.ts'
import { listOwnMemberships } from '../members/member.repository.ts'
import type { Role } from '../roles/role.entity.ts'
import { mayRestore, mayResume } from '../workspaces/comeback-rules.ts'
import type { Workspace } from '../workspaces/workspace.entity.ts'

const Query: Pick<QueryResolvers, 'viewer'> = {
  viewer: (_, __, ctx) => {
    const { userId } = requireActor(ctx)
    return userId && { userId }
  },
}

const Viewer: ViewerResolvers = {
  user: ({ userId }) => ({ id: userId }),
  workspace: (_, __, ctx) =>
    ctx.workspaceId !== null && hasPermission(ctx, 'tenancy:workspace.read')
      ? ctx.loaders.workspace.load(ctx.workspaceId)
      : null,
  member: async (_, __, ctx) => (await actingMember(ctx))?.member ?? null,
  permissions: (_, __, ctx) => [...(ctx.actor?.permissions ?? [])].sort(),
  memberships: async ({ userId }, page, ctx) => {
    const own = await amongOwnMemberships(ctx, userId)
    const scope = ['member', userId] as const
    return readPage(scope, parsePage(scope, page), (request) =>
      reading(own, (at) => listOwnMemberships(at, userId, request)),
    )
  },
}

const Membership: MembershipResolvers = {
  workspace: workspaceOf,
  role: roleOf,
  viewerCanResume: async (membership, _, ctx) =>
    mayResume(await workspaceOf(membership, _, ctx), await standingIn(membership, ctx), ctx),
  viewerCanRestore: async (membership, _, ctx) =>
    mayRestore(await workspaceOf(membership, _, ctx), await standingIn(membership, ctx), ctx),
}

async function workspaceOf(
  { userId, tenantId }: Member,
  _: object,
  ctx: TenancyContext,
): Promise<Workspace> {
  const workspace = await (await amongOwnMemberships(ctx, userId)).loaders.workspace.load(tenantId)
  if (!workspace) throw internal(`workspace ${tenantId} has members and does not exist`)
  return workspace
}

async function roleOf({ userId, roleId }: Member, _: object, ctx: TenancyContext): Promise<Role> {
  return roleById(await amongOwnMemberships(ctx, userId), roleId)
}

const standingIn = async (membership: Member, ctx: TenancyContext) =>
  standingOfRole(ctx, await roleOf(membership, {}, ctx))

export const viewerResolvers = { Query, Viewer, Membership }
