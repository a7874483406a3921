import { type PlatformPermission, rankOf } from '@logicspike/auth'
import { isWithin, type Standing } from '../permissions/standing.ts'

/**
 * Who may do what to whom. Use cases and the `viewerCan…` fields ask the same functions, so that an
 * interface offers what will be allowed. All are pure.
 */

/** Who acts; null for somebody who is no member. */
export type Acting = {
  readonly member: { readonly id: string }
  readonly standing: Standing
} | null

/** A member on whom somebody acts. */
export type Subject = { readonly id: string; readonly standing: Standing }

export const may = (acting: Acting, permission: PlatformPermission): boolean =>
  acting?.standing.permissions.has(permission) ?? false

/** Nobody gives a role that stands outside their own. */
export const mayGrant = (acting: Acting, role: Standing): boolean =>
  acting !== null && isWithin(role, acting.standing)

/** For whoever may change roles of members; an invitation asks `mayGrant` by itself. */
export const mayGrantToMembers = (acting: Acting, role: Standing): boolean =>
  may(acting, 'tenancy:members.update') && mayGrant(acting, role)

/** Nobody touches a member who stands outside their own standing; one's own role may go down. */
export const mayChangeRole = (acting: Acting, subject: Subject): boolean =>
  may(acting, 'tenancy:members.update') && mayGrant(acting, subject.standing)

/** As above; oneself is not removed, one leaves. */
export const mayRemove = (acting: Acting, subject: Subject): boolean =>
  may(acting, 'tenancy:members.remove') &&
  acting?.member.id !== subject.id &&
  mayGrant(acting, subject.standing)

/** A role wider than the author's own is out of reach, even to narrow it. */
export const mayManageRole = (acting: Acting, role: Standing): boolean =>
  may(acting, 'tenancy:roles.manage') && mayGrant(acting, role)

/** Only who has it can give it away: a custom role with the permission makes nobody an Owner. */
export const mayTransferOwnership = (acting: Acting): boolean =>
  may(acting, 'tenancy:workspace.transfer') && acting?.standing.rank === rankOf('owner')
