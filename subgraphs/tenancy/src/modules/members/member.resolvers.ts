import { parseId } from '@logicspike/ids'
import {
  currentWorkspaceId,
  hasPermission,
  parsePage,
  readPage,
  requirePermission,
} from '@logicspike/subgraph-kit'
import { errorsOf, resultOf } from '@logicspike/subgraph-server'
import type {
  MemberResolvers,
  MutationResolvers,
  QueryResolvers,
} from '../../__generated__/resolvers.ts'
import type { TenancyContext } from '../../context.ts'
import { mutate } from '../../mutate.ts'
import { actingMember, reading, roleById, standingOfRole } from '../../reads.ts'
import { changeMemberRole } from './change-member-role.ts'
import { leaveWorkspace } from './leave-workspace.ts'
import type { Member } from './member.entity.ts'
import { findMember, listMembers } from './member.repository.ts'
import { mayChangeRole, mayRemove, type Subject } from './member-rules.ts'
import { removeMember } from './remove-member.ts'
import { askAboutOwners } from './sign-in-ability.ts'
import { askAboutNewOwner, transferOwnership } from './transfer-ownership.ts'

const Query: Pick<QueryResolvers, 'member' | 'members'> = {
  member: (_, { id }, ctx) => {
    requirePermission(ctx, 'tenancy:members.read')
    return reading(ctx, (at) => findMember(at, id))
  },
  members: (_, page, ctx) => {
    requirePermission(ctx, 'tenancy:members.read')
    const scope = ['member', currentWorkspaceId(ctx)] as const
    return readPage(scope, parsePage(scope, page), (request) =>
      reading(ctx, (at) => listMembers(at, request)),
    )
  },
}

const Mutation: Pick<
  MutationResolvers,
  'changeMemberRole' | 'removeMember' | 'leaveWorkspace' | 'transferOwnership'
> = {
  changeMemberRole: async (_, { input }, ctx) => {
    const ability = await askAboutOwners(ctx, input.memberId)
    const result = await mutate(ctx, (tx) => changeMemberRole(tx, input, ability))
    return { member: resultOf(result), userErrors: errorsOf(result) }
  },
  removeMember: async (_, { input }, ctx) => {
    const ability = await askAboutOwners(ctx, input.memberId)
    const result = await mutate(ctx, (tx) => removeMember(tx, input, ability))
    return { removedMemberId: resultOf(result), userErrors: errorsOf(result) }
  },
  leaveWorkspace: async (_, __, ctx) => {
    const ability = await askAboutOwners(ctx, null)
    const result = await mutate(ctx, (tx) => leaveWorkspace(tx, ability))
    return { leftWorkspaceId: resultOf(result), userErrors: errorsOf(result) }
  },
  transferOwnership: async (_, { input }, ctx) => {
    const ability = await askAboutNewOwner(ctx, input)
    const result = await mutate(ctx, (tx) => transferOwnership(tx, input, ability))
    return { workspace: null, owner: null, ...resultOf(result), userErrors: errorsOf(result) }
  },
}

const MemberType: MemberResolvers = {
  __resolveReference: async ({ id }, ctx) => {
    const memberId = ctx.workspaceId && parseId('member', id)
    const member = memberId && (await ctx.loaders.member.load(memberId))
    return member && isVisible(ctx, member) ? member : null
  },
  user: ({ userId }) => ({ id: userId }),
  role: ({ roleId }, _, ctx) => roleById(ctx, roleId),
  viewerCanChangeRole: async (member, _, ctx) =>
    mayChangeRole(await actingMember(ctx), await subjectOf(ctx, member)),
  viewerCanRemove: async (member, _, ctx) =>
    mayRemove(await actingMember(ctx), await subjectOf(ctx, member)),
}

/** Members of the token's workspace; without the permission, only oneself. */
const isVisible = (ctx: TenancyContext, member: Member): boolean =>
  member.tenantId === ctx.workspaceId &&
  (hasPermission(ctx, 'tenancy:members.read') || member.userId === ctx.actor?.userId)

async function subjectOf(ctx: TenancyContext, { id, roleId }: Member): Promise<Subject> {
  return { id, standing: await standingOfRole(ctx, await roleById(ctx, roleId)) }
}

export const memberResolvers = { Query, Mutation, Member: MemberType }
