import { composeLetter, type MailMessage } from '@logicspike/mail'
import { consoleLink } from './console-link.ts'

type Facts = { readonly to: string; readonly consoleUrl: string }

/** To the new address: proves that it is the account owner's. */
export function confirmNewEmailLetter({
  to,
  token,
  consoleUrl,
}: Facts & { readonly token: string }): MailMessage {
  return composeLetter({
    to,
    subject: 'Confirm your new e-mail address',
    paragraphs: [
      'Somebody asked to use this address for a LogicSpike account. If it was you, confirm it with the link below while you are signed in. It works once, for one hour.',
      `Where a program asks for the code instead, it is ${token}`,
      'If it was not you, do nothing: the account keeps its old address.',
    ],
    action: {
      label: 'Confirm the address',
      url: consoleLink(consoleUrl, '/confirm-email-change', token),
    },
  })
}

/** To the new address when it has an account already; whoever asked is not told. */
export function newEmailTakenLetter({ to, consoleUrl }: Facts): MailMessage {
  return composeLetter({
    to,
    subject: 'This address has an account already',
    paragraphs: [
      'Somebody asked to use this address for another LogicSpike account. It cannot be used for two, so nothing was changed.',
      'If it was you, sign in to the account that it has, or delete that one first.',
      'If it was not you, there is nothing you need to do.',
    ],
    action: { label: 'Sign in', url: consoleLink(consoleUrl, '/sign-in') },
  })
}

/** To the old address as soon as a change is asked for, while it can still be stopped. */
export function emailChangeRequestedLetter({ to, consoleUrl }: Facts): MailMessage {
  return composeLetter({
    to,
    subject: 'A change of your e-mail address was requested',
    paragraphs: [
      'Somebody who is signed in to your LogicSpike account asked to move it to another e-mail address.',
      'If it was not you, choose a new password now: that stops the change and signs everybody out.',
    ],
    action: { label: 'Choose a new password', url: consoleLink(consoleUrl, '/forgot-password') },
  })
}

/** To the old address once it is no longer the account's. */
export function emailChangedLetter({ to, consoleUrl }: Facts): MailMessage {
  return composeLetter({
    to,
    subject: 'Your e-mail address was changed',
    paragraphs: [
      'Your LogicSpike account now uses another e-mail address. This one can no longer sign in.',
      'If it was not you, reply to this mail.',
    ],
    action: { label: 'LogicSpike', url: consoleLink(consoleUrl, '/') },
  })
}
