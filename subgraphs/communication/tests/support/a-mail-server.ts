import type { AddressInfo } from 'node:net'
import { afterEach } from '@jest/globals'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

export type MailServer = {
  readonly url: string
  /** Mails as they came over the wire, headers unfolded. */
  readonly received: string[]
  /** What it says to the next recipients; null takes them. */
  refuse(reply: { readonly code: number; readonly text: string } | null): void
}

/** Makes real SMTP servers, which end with the test. */
export function useMailServers(): { start(rules?: SMTPServerOptions): Promise<MailServer> } {
  const running: SMTPServer[] = []
  afterEach(async () => {
    for (const server of running.splice(0)) {
      await new Promise<void>((closed) => server.close(() => closed()))
    }
  })
  return {
    async start(rules = {}) {
      const received: string[] = []
      let refusal: { readonly code: number; readonly text: string } | null = null
      const server = new SMTPServer({
        authOptional: true,
        disabledCommands: ['STARTTLS'],
        logger: false,
        onRcptTo: (_to, _session, done) =>
          refusal
            ? done(Object.assign(new Error(refusal.text), { responseCode: refusal.code }))
            : done(),
        onData(stream, _session, done) {
          const chunks: Buffer[] = []
          stream.on('data', (chunk: Buffer) => chunks.push(chunk))
          stream.on('end', () => {
            received.push(unfold(Buffer.concat(chunks).toString()))
            done()
          })
        },
        ...rules,
      })
      running.push(server)
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
      const { port } = server.server.address() as AddressInfo
      return {
        url: `smtp://127.0.0.1:${port}`,
        received,
        refuse(reply) {
          refusal = reply
        },
      }
    },
  }
}

/** RFC 5322 §2.2.3. */
function unfold(mail: string): string {
  const end = mail.indexOf('\r\n\r\n')
  return mail.slice(0, end).replace(/\r\n[ \t]+/g, ' ') + mail.slice(end)
}
