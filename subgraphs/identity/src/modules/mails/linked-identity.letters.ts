import { composeLetter, type MailMessage } from '@logicspike/mail'
import { consoleLink } from './console-link.ts'

type Facts = { readonly to: string; readonly consoleUrl: string }

/** Another way in was added (ASVS 6.3.7). */
export function googleLinkedLetter({ to, consoleUrl }: Facts): MailMessage {
  return composeLetter({
    to,
    subject: 'Google can now sign in to your account',
    paragraphs: [
      'A Google account was linked to your LogicSpike account and can sign in to it.',
      'If it was not you, unlink it and choose a new password.',
    ],
    action: { label: 'Security settings', url: consoleLink(consoleUrl, '/account/security') },
  })
}

export function googleUnlinkedLetter({ to, consoleUrl }: Facts): MailMessage {
  return composeLetter({
    to,
    subject: 'Google can no longer sign in to your account',
    paragraphs: [
      'The Google account that was linked to your LogicSpike account was unlinked.',
      'If it was not you, choose a new password at once.',
    ],
    action: { label: 'Security settings', url: consoleLink(consoleUrl, '/account/security') },
  })
}

/** Google proved who reads this mailbox; whoever signed up before never did. */
export function accountClaimedLetter({ to, consoleUrl }: Facts): MailMessage {
  return composeLetter({
    to,
    subject: 'Your account now signs in with Google',
    paragraphs: [
      'You signed in to LogicSpike with Google. Somebody had signed up with this address before without ever confirming it, so the password set then was removed.',
      'If you set it yourself, you can choose a new one.',
    ],
    action: { label: 'Choose a password', url: consoleLink(consoleUrl, '/forgot-password') },
  })
}
