import type { TenancyContext } from '../../context.ts'
import { listRegisteredPermissions, newerThanTokens } from '../permissions/permission.repository.ts'
import { limitedTo, type Standing, standingOf } from '../permissions/standing.ts'
import type { Role } from '../roles/role.entity.ts'
import { findRole } from '../roles/role.repository.ts'
import type { Member } from './member.entity.ts'
import { findMemberOfUser } from './member.repository.ts'

/** A member as the one who acts: who they are, and how far they may go just now. */
export type ActingMember = {
  readonly member: Member
  readonly role: Role
  /** What the database says, as far as the token carries it. */
  readonly standing: Standing
}

type Reading = Pick<TenancyContext, 'em' | 'actor' | 'workspaceId' | 'clock'>

/**
 * The caller as a member of the context's workspace, read from the database; null for services,
 * anonymous callers and people who are no members (any more).
 */
export async function readActingMember(ctx: Reading): Promise<ActingMember | null> {
  const { actor, workspaceId } = ctx
  if (!actor?.userId || workspaceId === null) return null
  const member = await findMemberOfUser(ctx, actor.userId)
  const role = member && (await findRole(ctx, member.roleId))
  if (!member || !role) return null
  const registered = await listRegisteredPermissions(ctx)
  const standing = standingOf(role, registered)
  // A token of another workspace, or of none, says nothing about this one: see `enterFromOutside`.
  if (actor.workspaceId !== workspaceId) return { member, role, standing }
  const held = new Set([...actor.permissions, ...newerThanTokens(registered, ctx.clock.now())])
  return { member, role, standing: limitedTo(standing, held) }
}
