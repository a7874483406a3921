import { composeLetter, type MailMessage } from '@logicspike/mail'
import { consoleLink } from './console-link.ts'

type Facts = { readonly to: string; readonly consoleUrl: string }

/** Answers a sign-up, or a request to confirm, for an address whose account is in use. */
export function accountExistsLetter({ to, consoleUrl }: Facts): MailMessage {
  return composeLetter({
    to,
    subject: 'You already have an account',
    paragraphs: [
      'Somebody tried to sign up at LogicSpike with this address, which has an account already. Nothing about it was changed.',
      'If it was you, sign in. If you do not remember the password, the sign-in page lets you choose a new one.',
      'If it was not you, there is nothing you need to do.',
    ],
    action: { label: 'Sign in', url: consoleLink(consoleUrl, '/sign-in') },
  })
}
