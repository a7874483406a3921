import { notFound, ok, type Result, refuse } from '@logicspike/errors'
import { announce } from '../../announce.ts'
import type { TenancyContext } from '../../context.ts'
import { bumpUser } from '../epochs/bump-epochs.ts'
import { listRegisteredPermissions } from '../permissions/permission.repository.ts'
import { standingOf } from '../permissions/standing.ts'
import type { Role } from '../roles/role.entity.ts'
import { findRole } from '../roles/role.repository.ts'
import { enterWorkspace } from '../workspaces/enter-workspace.ts'
import type { Member } from './member.entity.ts'
import {
  type LastOwnerError,
  lastOwner,
  type MemberOutOfReachError,
  memberOutOfReach,
  type RoleOutOfReachError,
  roleOutOfReach,
} from './member.errors.ts'
import { findMember } from './member.repository.ts'
import { mayChangeRole, mayGrant } from './member-rules.ts'
import { roleOf } from './role-of.ts'
import { keepsAnOwner, type SignInAbility } from './sign-in-ability.ts'

type Failure = MemberOutOfReachError | RoleOutOfReachError | LastOwnerError

/**
 * Gives a member another role; their tokens for the workspace end.
 * @param ability from `askAboutOwners`, before the transaction
 * @throws AppError UNAUTHENTICATED, FORBIDDEN, NOT_FOUND (member or role), CONFLICT
 */
export async function changeMemberRole(
  tx: TenancyContext,
  input: { readonly memberId: string; readonly roleId: string },
  ability: SignInAbility,
): Promise<Result<Member, Failure>> {
  const { acting } = await enterWorkspace(tx, 'tenancy:members.update')
  const member = await findMember(tx, input.memberId)
  if (!member) throw notFound('member')
  const role = await findRole(tx, input.roleId)
  if (!role) throw notFound('role')

  const current = await roleOf(tx, member)
  const registered = await listRegisteredPermissions(tx)
  const subject = { id: member.id, standing: standingOf(current, registered) }
  if (!mayChangeRole(acting, subject)) return refuse(memberOutOfReach())
  if (!mayGrant(acting, standingOf(role, registered))) return refuse(roleOutOfReach('roleId'))
  if (role.id === current.id) return ok(member)
  if (current.template === 'owner' && !(await keepsAnOwner(tx, member.userId, ability))) {
    return refuse(lastOwner('memberId'))
  }
  await giveRole(tx, member, role)
  return ok(member)
}

/** Moves a member to a role, ends their tokens and tells of it. Decides nothing. */
export async function giveRole(
  tx: TenancyContext,
  member: Member,
  role: Pick<Role, 'id'>,
): Promise<void> {
  const fromRoleId = member.roleId
  member.roleId = role.id
  await bumpUser(tx, member.userId)
  await announce(
    tx,
    'member.role_changed',
    { type: 'member', id: member.id },
    {
      workspaceId: member.tenantId,
      memberId: member.id,
      userId: member.userId,
      fromRoleId,
      toRoleId: role.id,
    },
  )
}
