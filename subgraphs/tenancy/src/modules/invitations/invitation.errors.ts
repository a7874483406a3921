import type { Invitation } from './invitation.entity.ts'
import type { InvitationStatus } from './invitation-states.ts'

type Plain<Name extends string> = {
  readonly __typename: Name
  readonly message: string
  readonly path: string[] | null
}

export type AlreadyInvitedError = Plain<'AlreadyInvitedError'> & { readonly invitation: Invitation }
export type InvitationStatusError = Plain<'InvitationStatusError'> & {
  readonly status: Uppercase<InvitationStatus>
}
export type InvitationNotUsableError = Plain<'InvitationNotUsableError'>
export type InvitationForAnotherAddressError = Plain<'InvitationForAnotherAddressError'>
export type InviteeNotVerifiedError = Plain<'InviteeNotVerifiedError'>
export type AlreadyMemberError = Plain<'AlreadyMemberError'>
export type WorkspaceNotActiveError = Plain<'WorkspaceNotActiveError'>
export type MemberLimitReachedError = Plain<'MemberLimitReachedError'>

/** @param path where the input names the address, or the invitation to it */
export const alreadyInvited = (invitation: Invitation, ...path: string[]): AlreadyInvitedError => ({
  __typename: 'AlreadyInvitedError',
  message: 'This address has an open invitation. Send that one again, or revoke it first.',
  path,
  invitation,
})

export const invitationStatusError = (status: InvitationStatus): InvitationStatusError => ({
  __typename: 'InvitationStatusError',
  message: `The invitation is ${status}; this cannot be done now.`,
  path: ['invitationId'],
  status: status.toUpperCase() as Uppercase<InvitationStatus>,
})

/** The same for unknown, used, withdrawn, replaced and expired tokens, and for offers gone stale. */
export const invitationNotUsable = (): InvitationNotUsableError => ({
  __typename: 'InvitationNotUsableError',
  message: 'This invitation cannot be used (any more). Ask for a new one.',
  path: ['token'],
})

/** Does not say for which: the mail may have been passed on. */
export const invitationForAnotherAddress = (): InvitationForAnotherAddressError => ({
  __typename: 'InvitationForAnotherAddressError',
  message: 'This invitation is for another e-mail address. Sign in with the one it was sent to.',
  path: ['token'],
})

export const inviteeNotVerified = (): InviteeNotVerifiedError => ({
  __typename: 'InviteeNotVerifiedError',
  message: 'Confirm your e-mail address first.',
  path: null,
})

export const alreadyMember = (): AlreadyMemberError => ({
  __typename: 'AlreadyMemberError',
  message: 'You are a member of this workspace already, and your role stays as it is.',
  path: null,
})

/** Does not say why: that is for members to know. */
export const workspaceNotActive = (): WorkspaceNotActiveError => ({
  __typename: 'WorkspaceNotActiveError',
  message: 'The workspace cannot be joined at present.',
  path: null,
})

export const memberLimitReached = (): MemberLimitReachedError => ({
  __typename: 'MemberLimitReachedError',
  message: 'The workspace has as many members as it may have. Tell whoever invited you.',
  path: null,
})
