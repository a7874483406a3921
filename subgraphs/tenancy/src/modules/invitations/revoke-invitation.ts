import { notFound, ok, type Result, refuse } from '@logicspike/errors'
import { announce } from '../../announce.ts'
import type { TenancyContext } from '../../context.ts'
import { type RoleOutOfReachError, roleOutOfReach } from '../members/member.errors.ts'
import { findRole } from '../roles/role.repository.ts'
import { enterWorkspace } from '../workspaces/enter-workspace.ts'
import type { Invitation } from './invitation.entity.ts'
import { type InvitationStatusError, invitationStatusError } from './invitation.errors.ts'
import { findInvitation } from './invitation.repository.ts'
import { mayOffer } from './invitation-rules.ts'
import { assertTransition, canTransition, statusAt } from './invitation-states.ts'

/**
 * Withdraws an open invitation: its token is dead from the commit on.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN, NOT_FOUND
 */
export async function revokeInvitation(
  tx: TenancyContext,
  input: { readonly invitationId: string },
): Promise<Result<Invitation, InvitationStatusError | RoleOutOfReachError>> {
  const { acting } = await enterWorkspace(tx, 'tenancy:members.invite')
  const invitation = await findInvitation(tx, input.invitationId)
  if (!invitation) throw notFound('invitation')
  const status = statusAt(invitation, tx.clock.now())
  if (!canTransition(status, 'revoke')) return refuse(invitationStatusError(status))
  const role = await findRole(tx, invitation.roleId)
  if (role && !(await mayOffer(tx, acting, role))) return refuse(roleOutOfReach('invitationId'))

  invitation.status = assertTransition(status, 'revoke')
  const { id, tenantId: workspaceId } = invitation
  await announce(
    tx,
    'invitation.revoked',
    { type: 'invitation', id },
    {
      workspaceId,
      invitationId: id,
    },
  )
  return ok(invitation)
}
