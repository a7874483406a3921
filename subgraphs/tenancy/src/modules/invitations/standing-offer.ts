import type { TenancyContext } from '../../context.ts'
import { findMember } from '../members/member.repository.ts'
import { listRegisteredPermissions } from '../permissions/permission.repository.ts'
import { standingOf } from '../permissions/standing.ts'
import type { Role } from '../roles/role.entity.ts'
import { findRole } from '../roles/role.repository.ts'
import type { Invitation } from './invitation.entity.ts'
import { mayInviteWith } from './invitation-rules.ts'

/**
 * The role that an invitation still offers, or null: the role may be gone or have grown, and the
 * member who answers for the invitation may have left or lost what it takes to offer it.
 */
export async function findStandingOffer(
  ctx: Pick<TenancyContext, 'em' | 'actor' | 'workspaceId'>,
  invitation: Pick<Invitation, 'roleId' | 'sponsorId'>,
): Promise<Role | null> {
  const role = await findRole(ctx, invitation.roleId)
  const member = await findMember(ctx, invitation.sponsorId)
  const held = member && (await findRole(ctx, member.roleId))
  if (!role || !member || !held) return null
  const registered = await listRegisteredPermissions(ctx)
  const sponsor = { member, standing: standingOf(held, registered) }
  return mayInviteWith(sponsor, standingOf(role, registered)) ? role : null
}
