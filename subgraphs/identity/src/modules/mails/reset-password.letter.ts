import { composeLetter, type MailMessage } from '@logicspike/mail'
import { consoleLink } from './console-link.ts'

type Facts = { readonly to: string; readonly token: string; readonly consoleUrl: string }

/** Lets the reader of the mailbox choose a new password. */
export function resetPasswordLetter({ to, token, consoleUrl }: Facts): MailMessage {
  return composeLetter({
    to,
    subject: 'Choose a new password',
    paragraphs: [
      'Somebody asked for a new password for your LogicSpike account. If it was you, choose it with the link below. It works once, for 30 minutes.',
      `Where a program asks for the code instead, it is ${token}`,
      'If it was not you, do nothing: your password stays as it is.',
    ],
    action: {
      label: 'Choose a new password',
      url: consoleLink(consoleUrl, '/reset-password', token),
    },
  })
}
