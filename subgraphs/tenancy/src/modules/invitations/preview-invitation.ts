import { inWorkspace, type TenancyContext } from '../../context.ts'
import { findWorkspace } from '../workspaces/workspace.repository.ts'
import { findInvitationByTokenHash } from './invitation.repository.ts'
import { statusAt } from './invitation-states.ts'
import { parseInvitationToken } from './invitation-token.ts'
import { findStandingOffer } from './standing-offer.ts'

/** What whoever holds the token may know before they sign in. */
export type InvitationPreview = {
  readonly workspaceName: string
  readonly roleName: string
  readonly expiresAt: Date
}

/**
 * What the token would lead to; null whenever it leads nowhere, whatever the reason. Neither the
 * address nor anybody of the workspace is named.
 */
export async function previewInvitation(
  ctx: TenancyContext,
  text: string,
): Promise<InvitationPreview | null> {
  const token = parseInvitationToken(text)
  if (!token) return null
  const there = inWorkspace(ctx, token.workspaceId)
  const invitation = await findInvitationByTokenHash(there, token.hash)
  if (!invitation || statusAt(invitation, ctx.clock.now()) !== 'pending') return null
  const workspace = await findWorkspace(there)
  const role = await findStandingOffer(there, invitation)
  if (workspace?.status !== 'active' || !role) return null
  return {
    workspaceName: workspace.name,
    roleName: role.name,
    expiresAt: invitation.expiresAt,
  }
}
