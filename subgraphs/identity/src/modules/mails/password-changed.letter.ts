import { composeLetter, type MailMessage } from '@logicspike/mail'
import { consoleLink } from './console-link.ts'

type Facts = { readonly to: string; readonly consoleUrl: string }

/** Tells of a new password, so that one that somebody else set does not go unnoticed (ASVS 6.3.7). */
export function passwordChangedLetter({ to, consoleUrl }: Facts): MailMessage {
  return composeLetter({
    to,
    subject: 'Your password was changed',
    paragraphs: [
      'The password of your LogicSpike account was changed, and other devices were signed out.',
      'If it was not you, choose a new password at once with the link below.',
    ],
    action: {
      label: 'Choose a new password',
      url: consoleLink(consoleUrl, '/forgot-password'),
    },
  })
}
