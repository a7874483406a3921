import { composeLetter, type MailMessage } from '@logicspike/mail'
import { consoleLink } from './console-link.ts'

type Facts = { readonly to: string; readonly consoleUrl: string }

/** What the letters call a factor. */
export type FactorName = 'an authenticator app' | 'a passkey'

/** Another factor was added (ASVS 6.3.7). */
export function secondFactorAddedLetter({
  factor,
  ...facts
}: Facts & { readonly factor: FactorName }): MailMessage {
  return composeLetter({
    to: facts.to,
    subject: `Your account has ${factor}`,
    paragraphs: [
      `From now on ${factor} can confirm that it is you who signs in to your LogicSpike account.`,
      'If you did not set it up, remove it and choose a new password at once.',
    ],
    action: securitySettings(facts),
  })
}

/** A factor was removed (ASVS 6.3.7). */
export function secondFactorRemovedLetter({
  factor,
  ...facts
}: Facts & { readonly factor: FactorName }): MailMessage {
  return composeLetter({
    to: facts.to,
    subject: `Your account no longer has ${factor}`,
    paragraphs: [
      `Somebody who is signed in removed ${factor} from your LogicSpike account, and other devices were signed out.`,
      'If it was not you, choose a new password at once and set it up again.',
    ],
    action: securitySettings(facts),
  })
}

/** All recovery codes were replaced. */
export function recoveryCodesReplacedLetter(facts: Facts): MailMessage {
  return composeLetter({
    to: facts.to,
    subject: 'Your account has new recovery codes',
    paragraphs: [
      'New recovery codes were made for your LogicSpike account. Those of before no longer work.',
      'If it was not you, choose a new password at once and make new codes.',
    ],
    action: securitySettings(facts),
  })
}

/** A recovery code was used: rare enough to tell of, and to count what is left. */
export function recoveryCodeUsedLetter({
  left,
  ...facts
}: Facts & { readonly left: number }): MailMessage {
  return composeLetter({
    to: facts.to,
    subject: 'A recovery code of your account was used',
    paragraphs: [
      `Somebody confirmed with a recovery code that it is you who uses your LogicSpike account. Codes left: ${left}.`,
      'If it was not you, choose a new password at once and make new codes.',
    ],
    action: securitySettings(facts),
  })
}

/** The first step was right and the second wrong too often: the password may be known (ASVS 6.3.5). */
export function secondStepFailedLetter({ to, consoleUrl }: Facts): MailMessage {
  return composeLetter({
    to,
    subject: 'Somebody could not complete a sign-in to your account',
    paragraphs: [
      'Somebody took the first step of a sign-in to your LogicSpike account and gave wrong answers at the second. They did not get in.',
      'If it was not you, they may know your password: choose a new one.',
    ],
    action: {
      label: 'Choose a new password',
      url: consoleLink(consoleUrl, '/forgot-password'),
    },
  })
}

const securitySettings = ({ consoleUrl }: Facts) => ({
  label: 'Security settings',
  url: consoleLink(consoleUrl, '/account/security'),
})
