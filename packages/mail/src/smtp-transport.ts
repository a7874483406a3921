import { createTransport } from 'nodemailer'
import { MailRefused } from './mail-refused.ts'
import { type MailTransport, singleLine } from './message.ts'

/** Beyond these a server is as good as down; nodemailer's own limits are minutes. In milliseconds. */
const TIMEOUTS = { connectionTimeout: 15_000, greetingTimeout: 15_000, socketTimeout: 60_000 }

/** Real delivery. `from` is the platform's sender address. */
export function createSmtpTransport(options: { url: string; from: string }): MailTransport {
  const transport = createTransport({ url: options.url, ...TIMEOUTS })
  const domain = options.from.split('@').at(-1)?.replace('>', '') ?? 'localhost'
  return {
    async send({ id, to, subject, text, html, headers = {} }) {
      const lines = Object.entries(headers).map(([name, value]) => [name, singleLine(value)])
      const own = { from: options.from, headers: Object.fromEntries(lines) }
      const message = { ...own, to, subject, text, html }
      await transport
        .sendMail({ messageId: `<${id}@${domain}>`, ...message })
        .catch((error: unknown) => {
          throw asRefusal(error) ?? error
        })
    },
  }
}

/** What nodemailer tells of a failure: the reply code, and the command it was the reply to. */
type SmtpError = Error & {
  readonly responseCode?: number
  readonly command?: string
  readonly response?: string
  readonly rejectedErrors?: readonly SmtpError[]
}

/**
 * RFC 5321 §4.2.1: a 5xx reply is final. Only what the server says of the recipient or of this message
 * counts; that it does not know us (authentication, our own address) is for the operator to mend, and
 * the mail can wait.
 */
function asRefusal(error: unknown): MailRefused | null {
  const failure = (error as SmtpError).rejectedErrors?.[0] ?? (error as SmtpError)
  const { responseCode = 0, command = '', response = '' } = failure
  if (responseCode < 500 || responseCode > 599) return null
  if (command === 'RCPT TO')
    return new MailRefused(isAboutAddress(response) ? 'recipient' : 'message', response, error)
  return command === 'DATA' ? new MailRefused('message', response, error) : null
}

/** RFC 3463 §3.2: `5.1.x` is about the address. Servers without such codes mean it so, too. */
function isAboutAddress(response: string): boolean {
  const enhanced = /^\d{3}[ -](\d\.\d{1,3})\.\d{1,3}/.exec(response)?.[1]
  return enhanced === undefined || enhanced === '5.1'
}
