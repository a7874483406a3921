import { composeLetter, type MailMessage } from '@logicspike/mail'
import { consoleLink } from './console-link.ts'

type Facts = { readonly to: string; readonly consoleUrl: string }

/** The account is at rest; its owner can wake it. */
export function accountDeactivatedLetter({ to, consoleUrl }: Facts): MailMessage {
  return composeLetter({
    to,
    subject: 'Your account is deactivated',
    paragraphs: [
      'Your LogicSpike account is deactivated: nobody can sign in to it, and it has left its workspaces.',
      'You can have it back at any time with your password.',
    ],
    action: { label: 'Reactivate', url: consoleLink(consoleUrl, '/reactivate') },
  })
}

export function accountReactivatedLetter({ to, consoleUrl }: Facts): MailMessage {
  return composeLetter({
    to,
    subject: 'Your account is active again',
    paragraphs: [
      'Your LogicSpike account was reactivated and can sign in again.',
      'If it was not you, choose a new password at once with the link below.',
    ],
    action: { label: 'Choose a new password', url: consoleLink(consoleUrl, '/forgot-password') },
  })
}

/** The last mail an address gets. */
export function accountDeletedLetter({ to }: Pick<Facts, 'to'>): MailMessage {
  return composeLetter({
    to,
    subject: 'Your account is deleted',
    paragraphs: [
      'Your LogicSpike account and what we knew of you were deleted. This is the last mail about it.',
    ],
  })
}

/** Tells that an account which was to be closed later could not be. */
export function accountStillOpenLetter({
  to,
  consoleUrl,
  workspaces,
}: Facts & { readonly workspaces: readonly string[] }): MailMessage {
  return composeLetter({
    to,
    subject: 'Your account could not be closed',
    paragraphs: [
      `You are the only Owner of: ${workspaces.join(', ')}. Hand them to somebody else or delete them, then close the account again.`,
      'Until then your account stays as it is.',
    ],
    action: { label: 'Open LogicSpike', url: consoleLink(consoleUrl, '/') },
  })
}
