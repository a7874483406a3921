import { anAddress } from '../support/account.ts'
import { byNobody, byOwner, byOwnerOfAnother, inAnother } from './own-calls.ts'
import { concernsCaller, input, notFound, nothing, type Rows, userError } from './row.ts'

/** Invitations to a workspace, and accepting them. */
export const tenancyInvitations: Rows = {
  'Query.invitations': { stranger: concernsCaller, own: byOwner() },
  'Query.invitationPreview': {
    // Whoever holds the token of the mail may see this; here somebody knows all of it but the secret.
    variables: ({ workspaceId }) => ({ token: `${workspaceId}.${'A'.repeat(43)}` }),
    stranger: nothing,
    own: byNobody(async ({ victim }) => ({ token: victim.objects.invitationToken })),
  },
  'Mutation.inviteMember': {
    variables: input(({ memberRoleId }) => ({ email: anAddress('friend'), roleId: memberRoleId })),
    stranger: notFound,
    own: byOwner(({ memberRoleId }) => ({
      input: { email: anAddress('guest'), roleId: memberRoleId },
    })),
  },
  'Mutation.resendInvitation': {
    variables: input(({ invitationId }) => ({ invitationId })),
    stranger: notFound,
    own: byOwnerOfAnother(({ invitationId }) => ({ input: { invitationId } })),
  },
  'Mutation.revokeInvitation': {
    variables: input(({ invitationId }) => ({ invitationId })),
    stranger: notFound,
    own: byOwnerOfAnother(({ invitationId }) => ({ input: { invitationId } })),
  },
  'Mutation.acceptInvitation': {
    variables: input(({ invitationToken }) => ({ token: invitationToken })),
    stranger: userError('InvitationForAnotherAddressError'),
    mayTellApart: 'the token is the real one, intercepted: who holds it may know that it is good',
    own: inAnother(async ({ invitee, objects: { invitationToken } }) => ({
      token: invitee.token,
      variables: { input: { token: invitationToken } },
    })),
  },
}
