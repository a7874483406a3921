import { composeLetter, type MailMessage } from '@logicspike/mail'
import { harmlessName } from './harmless-name.ts'

type Facts = {
  readonly to: string
  readonly token: string
  readonly consoleUrl: string
  readonly workspaceName: string
  readonly days: number
}

/**
 * Asks somebody to join. The recipient may never have heard of the platform, so all words but the
 * name of the workspace are ours, and the only link leads to the console.
 */
export function invitationLetter(facts: Facts): MailMessage {
  const { to, token, consoleUrl, days } = facts
  const name = harmlessName(facts.workspaceName)
  return composeLetter({
    to,
    subject: `Invitation to the workspace “${name}”`,
    paragraphs: [
      `You are invited to join the workspace “${name}” at LogicSpike.`,
      `To accept, sign in or sign up with this e-mail address. The link works once, for ${days} days.`,
      `Where a program asks for the code instead, it is ${token}`,
      'If you do not know the workspace, do nothing: nobody joins without the link.',
    ],
    action: { label: 'See the invitation', url: acceptLink(consoleUrl, token) },
  })
}

/** The host is the configured one, never what a request said of itself. */
function acceptLink(consoleUrl: string, token: string): string {
  const url = new URL('/accept-invitation', consoleUrl)
  url.searchParams.set('token', token)
  return url.href
}
