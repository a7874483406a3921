import { composeLetter, type MailMessage, singleLine } from '@logicspike/mail'
import { consoleLink } from './console-link.ts'

type Facts = {
  readonly to: string
  readonly consoleUrl: string
  readonly session: {
    readonly userAgent: string | null
    readonly ipAddress: string | null
    readonly createdAt: Date
  }
}

/** Tells that a session was ended because somebody used a copy of its key (ASVS 6.3.5). */
export function refreshTokenReusedLetter({ to, consoleUrl, session }: Facts): MailMessage {
  const device = singleLine(session.userAgent ?? 'an unknown device')
  const address = session.ipAddress ?? 'an unknown address'
  return composeLetter({
    to,
    subject: 'We ended one of your sessions',
    paragraphs: [
      'An old key of one of your LogicSpike sessions was used again. That happens when somebody has copied it, so we ended the session; the device has to sign in again.',
      `The session began on ${session.createdAt.toUTCString()} on ${device}, from ${address}.`,
      'If you do not recognise it, choose a new password and look at your other sessions.',
    ],
    action: { label: 'Look at your sessions', url: consoleLink(consoleUrl, '/account/sessions') },
  })
}
