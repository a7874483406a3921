import type { TenancyContext } from '../../context.ts'
import { type Acting, may, mayGrant } from '../members/member-rules.ts'
import { listRegisteredPermissions } from '../permissions/permission.repository.ts'
import { type Standing, standingOf } from '../permissions/standing.ts'
import type { Role } from '../roles/role.entity.ts'

/**
 * Nobody invites with a role that stands outside their own, and nobody resends or withdraws what
 * they could not have offered. An offer whose role is gone may only be withdrawn.
 */
export const mayInviteWith = (acting: Acting, role: Standing): boolean =>
  may(acting, 'tenancy:members.invite') && mayGrant(acting, role)

/** The same of a role as it stands in the database now. */
export async function mayOffer(
  tx: Pick<TenancyContext, 'em'>,
  acting: Acting,
  role: Role,
): Promise<boolean> {
  return mayInviteWith(acting, standingOf(role, await listRegisteredPermissions(tx)))
}
