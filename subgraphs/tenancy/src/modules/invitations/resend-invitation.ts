import { notFound, ok, type Result, refuse } from '@logicspike/errors'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import { announce } from '../../announce.ts'
import type { TenancyContext } from '../../context.ts'
import { type RoleOutOfReachError, roleOutOfReach } from '../members/member.errors.ts'
import { findRole } from '../roles/role.repository.ts'
import { enterWorkspace } from '../workspaces/enter-workspace.ts'
import type { Invitation } from './invitation.entity.ts'
import {
  type AlreadyInvitedError,
  alreadyInvited,
  type InvitationStatusError,
  invitationStatusError,
} from './invitation.errors.ts'
import { findInvitation, findOpenInvitation } from './invitation.repository.ts'
import { mayOffer } from './invitation-rules.ts'
import { assertTransition, canTransition, statusAt } from './invitation-states.ts'
import { mailInvitation, newSending } from './send-invitation.ts'

type Failure = InvitationStatusError | RoleOutOfReachError | AlreadyInvitedError | InvalidInputError

/**
 * Sends an invitation again, also one that has expired: a new token in place of the old one, all its
 * time anew, and the caller answers for it from now on.
 * @throws AppError UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, RATE_LIMITED
 */
export async function resendInvitation(
  tx: TenancyContext,
  input: { readonly invitationId: string },
): Promise<Result<Invitation, Failure>> {
  const { workspace, acting } = await enterWorkspace(tx, 'tenancy:members.invite')
  const invitation = await findInvitation(tx, input.invitationId)
  if (!invitation) throw notFound('invitation')
  const status = statusAt(invitation, tx.clock.now())
  if (!canTransition(status, 'resend')) return refuse(invitationStatusError(status))
  const role = await findRole(tx, invitation.roleId)
  if (!role) return refuse(invalidInput('Its role is gone. Invite with another.', 'invitationId'))
  if (!(await mayOffer(tx, acting, role))) return refuse(roleOutOfReach('invitationId'))
  const open = await findOpenInvitation(tx, invitation.email)
  if (open && open.id !== invitation.id) return refuse(alreadyInvited(open, 'invitationId'))

  const { token, sending } = newSending(tx, workspace.id)
  const renewed = { status: assertTransition(status, 'resend'), sponsorId: acting.member.id }
  tx.em.assign(invitation, { ...sending, ...renewed })
  await mailInvitation(tx, workspace, { to: invitation.email, token })
  const { id, tenantId: workspaceId } = invitation
  await announce(
    tx,
    'invitation.resent',
    { type: 'invitation', id },
    {
      workspaceId,
      invitationId: id,
    },
  )
  return ok(invitation)
}
