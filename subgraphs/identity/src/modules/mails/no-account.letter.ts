import { composeLetter, type MailMessage } from '@logicspike/mail'
import { consoleLink } from './console-link.ts'

type Facts = { readonly to: string; readonly consoleUrl: string }

/** Answers a request about an address without an account; whoever made it is not told. */
export function noAccountLetter({ to, consoleUrl }: Facts): MailMessage {
  return composeLetter({
    to,
    subject: 'There is no account with this address',
    paragraphs: [
      'Somebody asked LogicSpike for a mail about the account of this address, but there is none.',
      'If it was you, you may have signed up with another address, or not yet.',
      'If it was not you, there is nothing you need to do.',
    ],
    action: { label: 'Sign up', url: consoleLink(consoleUrl, '/sign-up') },
  })
}
