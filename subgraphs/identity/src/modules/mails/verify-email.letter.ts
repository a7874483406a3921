import { composeLetter, type MailMessage } from '@logicspike/mail'
import { consoleLink } from './console-link.ts'

type Facts = { readonly to: string; readonly token: string; readonly consoleUrl: string }

/**
 * Proves the address of a new account. Names nobody: the name was typed by whoever filled in the
 * form, who may be a stranger looking for a way to have us send their text.
 */
export function verifyEmailLetter({ to, token, consoleUrl }: Facts): MailMessage {
  return composeLetter({
    to,
    subject: 'Confirm your e-mail address',
    paragraphs: [
      'Somebody signed up at LogicSpike with this address. If it was you, confirm it with the link below. It works once, for 24 hours.',
      `Where a program asks for the code instead, it is ${token}`,
      'If it was not you, do nothing: without the link the account cannot be used.',
    ],
    action: { label: 'Confirm the address', url: consoleLink(consoleUrl, '/verify-email', token) },
  })
}
