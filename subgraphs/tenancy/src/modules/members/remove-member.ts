import { notFound, ok, type Result, refuse } from '@logicspike/errors'
import type { IdOf } from '@logicspike/ids'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import { announce } from '../../announce.ts'
import type { TenancyContext } from '../../context.ts'
import { bumpUser } from '../epochs/bump-epochs.ts'
import { listRegisteredPermissions } from '../permissions/permission.repository.ts'
import { standingOf } from '../permissions/standing.ts'
import { enterWorkspace } from '../workspaces/enter-workspace.ts'
import type { Member } from './member.entity.ts'
import {
  type LastOwnerError,
  lastOwner,
  type MemberOutOfReachError,
  memberOutOfReach,
} from './member.errors.ts'
import { findMember } from './member.repository.ts'
import { mayRemove } from './member-rules.ts'
import { roleOf } from './role-of.ts'
import { keepsAnOwner, type SignInAbility } from './sign-in-ability.ts'

type Failure = InvalidInputError | MemberOutOfReachError | LastOwnerError

/**
 * Removes another member; their tokens for the workspace end.
 * @param ability from `askAboutOwners`, before the transaction
 * @throws AppError UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, CONFLICT
 */
export async function removeMember(
  tx: TenancyContext,
  input: { readonly memberId: string },
  ability: SignInAbility,
): Promise<Result<IdOf<'member'>, Failure>> {
  const { acting } = await enterWorkspace(tx, 'tenancy:members.remove')
  const member = await findMember(tx, input.memberId)
  if (!member) throw notFound('member')
  if (member.id === acting.member.id) {
    return refuse(invalidInput('To go yourself, leave the workspace.', 'memberId'))
  }
  const current = await roleOf(tx, member)
  const standing = standingOf(current, await listRegisteredPermissions(tx))
  if (!mayRemove(acting, { id: member.id, standing })) return refuse(memberOutOfReach())
  if (current.template === 'owner' && !(await keepsAnOwner(tx, member.userId, ability))) {
    return refuse(lastOwner('memberId'))
  }
  await endMembership(tx, member, 'removal')
  return ok(member.id)
}

/** Takes a member out, ends their tokens and tells of it. Decides nothing. */
export async function endMembership(
  tx: TenancyContext,
  member: Member,
  by: 'removal' | 'leaving' | 'account-closed',
): Promise<void> {
  const { id, tenantId, userId } = member
  tx.em.remove(member)
  await bumpUser(tx, userId)
  await announce(
    tx,
    'member.removed',
    { type: 'member', id },
    {
      workspaceId: tenantId,
      memberId: id,
      userId,
      by,
    },
  )
}
