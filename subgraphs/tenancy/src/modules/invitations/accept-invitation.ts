import { ok, type Result, refuse, unauthenticated } from '@logicspike/errors'
import { describeUsers } from '@logicspike/internal-api'
import { normalizeEmail } from '@logicspike/mail'
import { requireUser } from '@logicspike/subgraph-kit'
import { announce } from '../../announce.ts'
import type { TenancyContext } from '../../context.ts'
import { addMember } from '../members/add-member.ts'
import { countMembers, findMemberOfUser } from '../members/member.repository.ts'
import { lockWorkspace } from '../workspaces/enter-workspace.ts'
import type { Workspace } from '../workspaces/workspace.entity.ts'
import type { WorkspaceLimitReachedError } from '../workspaces/workspace.errors.ts'
import type { Invitation } from './invitation.entity.ts'
import {
  type AlreadyMemberError,
  alreadyMember,
  type InvitationForAnotherAddressError,
  type InvitationNotUsableError,
  type InviteeNotVerifiedError,
  invitationForAnotherAddress,
  invitationNotUsable,
  inviteeNotVerified,
  type MemberLimitReachedError,
  memberLimitReached,
  type WorkspaceNotActiveError,
  workspaceNotActive,
} from './invitation.errors.ts'
import { consumeInvitation, findInvitationByTokenHash } from './invitation.repository.ts'
import { statusAt } from './invitation-states.ts'
import { findStandingOffer } from './standing-offer.ts'

/** The caller's address, as identity said before the transaction. */
export type Claimant = { readonly email: string; readonly emailVerified: boolean }

export type AcceptFailure =
  | InvitationNotUsableError
  | InvitationForAnotherAddressError
  | InviteeNotVerifiedError
  | AlreadyMemberError
  | WorkspaceNotActiveError
  | MemberLimitReachedError
  | WorkspaceLimitReachedError

/** Asks identity who the caller is. @throws AppError UNAUTHENTICATED, FORBIDDEN, UPSTREAM_… */
export async function askAboutClaimant(ctx: TenancyContext): Promise<Claimant> {
  const { userId } = requireUser(ctx)
  const { requestId } = ctx
  const [user] = await ctx.internal.call(describeUsers, { userIds: [userId] }, { requestId })
  if (!user?.canSignIn) throw unauthenticated('the account is closed')
  return user
}

/**
 * Makes the caller a member of the workspace that `tx` is in (`inWorkspace`), if the token is that of
 * an open invitation to their verified address. Whoever is a member already stays as they are.
 *
 * All that was true when the invitation was sent is looked at again: the workspace, the role, and
 * whether the member who answers for the invitation could still send it.
 * @param tokenHash of the presented token
 * @param claimant from `askAboutClaimant`
 * @throws AppError UNAUTHENTICATED, FORBIDDEN (services join nothing)
 */
export async function acceptInvitation(
  tx: TenancyContext,
  tokenHash: string,
  claimant: Claimant,
): Promise<Result<Workspace, AcceptFailure>> {
  const { userId } = requireUser(tx)
  if (!claimant.emailVerified) return refuse(inviteeNotVerified())
  const workspace = await lockWorkspace(tx)
  const invitation = workspace && (await findInvitationByTokenHash(tx, tokenHash))
  if (!invitation || statusAt(invitation, tx.clock.now()) !== 'pending') {
    return refuse(invitationNotUsable())
  }
  if (normalizeEmail(claimant.email) !== invitation.email) {
    return refuse(invitationForAnotherAddress())
  }
  if (workspace.status !== 'active') return refuse(workspaceNotActive())
  if (await findMemberOfUser(tx, userId)) return refuse(alreadyMember())
  const offer = await findStandingOffer(tx, invitation)
  if (!offer) return refuse(invitationNotUsable())
  if ((await countMembers(tx)) >= tx.config.limits.membersPerWorkspace) {
    return refuse(memberLimitReached())
  }
  if (!(await consumeInvitation(tx, invitation, userId))) return refuse(invitationNotUsable())
  const joined = await addMember(tx, userId, offer)
  if (!joined.ok) return joined
  await announceAcceptance(tx, invitation, userId)
  return ok(workspace)
}

const announceAcceptance = (
  tx: TenancyContext,
  { id, tenantId: workspaceId }: Invitation,
  userId: NonNullable<Invitation['acceptedBy']>,
): Promise<void> =>
  announce(
    tx,
    'invitation.accepted',
    { type: 'invitation', id },
    {
      workspaceId,
      invitationId: id,
      userId,
    },
  )
