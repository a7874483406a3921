import { type IdOf, parseId } from '@logicspike/ids'
import type { PageRequest } from '@logicspike/subgraph-kit'
import { ofWorkspace } from '@logicspike/subgraph-kit'
import type { TenancyContext } from '../../context.ts'
import { Role } from '../roles/role.entity.ts'
import { Member } from './member.entity.ts'

type Reading = Pick<TenancyContext, 'em' | 'actor' | 'workspaceId'>

export async function findMember(ctx: Reading, id: string): Promise<Member | null> {
  const memberId = parseId('member', id)
  return memberId && ctx.em.findOne(Member, { ...ofWorkspace(ctx), id: memberId })
}

export const findMemberOfUser = (ctx: Reading, userId: IdOf<'user'>): Promise<Member | null> =>
  ctx.em.findOne(Member, { ...ofWorkspace(ctx), userId })

export const listMembers = (ctx: Reading, { limit, afterId }: PageRequest): Promise<Member[]> =>
  ctx.em.find(
    Member,
    { ...ofWorkspace(ctx), ...(afterId !== null && { id: { $gt: afterId as IdOf<'member'> } }) },
    { orderBy: { id: 'asc' }, limit },
  )

/** A user's memberships in every workspace; `ctx` comes from `amongOwnWorkspaces`. */
export const listOwnMemberships = (
  ctx: Reading,
  userId: IdOf<'user'>,
  page: PageRequest | null,
): Promise<Member[]> =>
  ctx.em.find(
    Member,
    { userId, ...(page?.afterId && { id: { $gt: page.afterId as IdOf<'member'> } }) },
    { orderBy: { id: 'asc' }, ...(page && { limit: page.limit }) },
  )

export const countMembershipsOfUser = (ctx: Reading, userId: IdOf<'user'>): Promise<number> =>
  ctx.em.count(Member, { userId })

export const countMembers = (ctx: Reading): Promise<number> =>
  ctx.em.count(Member, ofWorkspace(ctx))

export const countHolders = (ctx: Reading, roleId: IdOf<'role'>): Promise<number> =>
  ctx.em.count(Member, { ...ofWorkspace(ctx), roleId })

/** The users who are Owners of the workspace. */
export async function listOwners(ctx: Reading): Promise<IdOf<'user'>[]> {
  const role = await ctx.em.findOne(Role, { ...ofWorkspace(ctx), template: 'owner' })
  if (!role) return []
  const owners = await ctx.em.find(Member, { ...ofWorkspace(ctx), roleId: role.id })
  return owners.map(({ userId }) => userId)
}

/** The first members with one of these roles, in order of joining. */
export const listHolders = (
  ctx: Reading,
  roleIds: readonly IdOf<'role'>[],
  limit: number,
): Promise<Member[]> =>
  ctx.em.find(
    Member,
    { ...ofWorkspace(ctx), roleId: { $in: [...roleIds] } },
    { orderBy: { id: 'asc' }, limit },
  )

/** The memberships of those of the users who are members of the workspace. */
export const listMembersAmong = (
  ctx: Reading,
  userIds: readonly IdOf<'user'>[],
): Promise<Member[]> => ctx.em.find(Member, { ...ofWorkspace(ctx), userId: { $in: [...userIds] } })
