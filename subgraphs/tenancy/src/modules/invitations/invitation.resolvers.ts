import { refuse } from '@logicspike/errors'
import {
  currentWorkspaceId,
  parsePage,
  readPage,
  requirePermission,
} from '@logicspike/subgraph-kit'
import { errorsOf, resultOf } from '@logicspike/subgraph-server'
import type {
  InvitationResolvers,
  MutationResolvers,
  QueryResolvers,
} from '../../__generated__/resolvers.ts'
import { inWorkspace, type TenancyContext } from '../../context.ts'
import { mutate } from '../../mutate.ts'
import { actingMember, standingOfRole } from '../../reads.ts'
import { acceptInvitation, askAboutClaimant } from './accept-invitation.ts'
import type { Invitation } from './invitation.entity.ts'
import { invitationNotUsable } from './invitation.errors.ts'
import { listInvitations } from './invitation.repository.ts'
import { mayInviteWith } from './invitation-rules.ts'
import {
  canTransition,
  type InvitationAction,
  type InvitationStatus,
  statusAt,
} from './invitation-states.ts'
import { parseInvitationToken } from './invitation-token.ts'
import { inviteMember } from './invite-member.ts'
import { previewInvitation } from './preview-invitation.ts'
import { resendInvitation } from './resend-invitation.ts'
import { revokeInvitation } from './revoke-invitation.ts'

const Query: Pick<QueryResolvers, 'invitations' | 'invitationPreview'> = {
  invitations: (_, page, ctx) => {
    requirePermission(ctx, 'tenancy:members.invite')
    const scope = ['invitation', currentWorkspaceId(ctx)] as const
    return readPage(scope, parsePage(scope, page), (request) => listInvitations(ctx, request))
  },
  invitationPreview: (_, { token }, ctx) => previewInvitation(ctx, token),
}

const Mutation: Pick<
  MutationResolvers,
  'inviteMember' | 'resendInvitation' | 'revokeInvitation' | 'acceptInvitation'
> = {
  inviteMember: async (_, { input }, ctx) => {
    const result = await mutate(ctx, (tx) => inviteMember(tx, input))
    return { invitation: resultOf(result), userErrors: errorsOf(result) }
  },
  resendInvitation: async (_, { input }, ctx) => {
    const result = await mutate(ctx, (tx) => resendInvitation(tx, input))
    return { invitation: resultOf(result), userErrors: errorsOf(result) }
  },
  revokeInvitation: async (_, { input }, ctx) => {
    const result = await mutate(ctx, (tx) => revokeInvitation(tx, input))
    return { invitation: resultOf(result), userErrors: errorsOf(result) }
  },
  acceptInvitation: async (_, { input }, ctx) => {
    const claimant = await askAboutClaimant(ctx)
    const token = parseInvitationToken(input.token)
    const result = token
      ? await mutate(inWorkspace(ctx, token.workspaceId), (tx) =>
          acceptInvitation(tx, token.hash, claimant),
        )
      : refuse(invitationNotUsable())
    return { workspace: resultOf(result), userErrors: errorsOf(result) }
  },
}

const InvitationType: InvitationResolvers = {
  role: ({ roleId }, _, ctx) => ctx.loaders.role.load(roleId),
  status: (invitation, _, ctx) =>
    statusAt(invitation, ctx.clock.now()).toUpperCase() as Uppercase<InvitationStatus>,
  sponsor: ({ sponsorId }, _, ctx) => ctx.loaders.member.load(sponsorId),
  viewerCanResend: async (invitation, _, ctx) =>
    (await ctx.loaders.role.load(invitation.roleId)) !== null &&
    viewerCan(ctx, invitation, 'resend'),
  viewerCanRevoke: (invitation, _, ctx) => viewerCan(ctx, invitation, 'revoke'),
}

async function viewerCan(
  ctx: TenancyContext,
  invitation: Invitation,
  action: InvitationAction,
): Promise<boolean> {
  if (!canTransition(statusAt(invitation, ctx.clock.now()), action)) return false
  const acting = await actingMember(ctx)
  const role = await ctx.loaders.role.load(invitation.roleId)
  return role === null || mayInviteWith(acting, await standingOfRole(ctx, role))
}

export const invitationResolvers = { Query, Mutation, Invitation: InvitationType }
