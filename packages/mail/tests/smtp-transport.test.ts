import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { createMailTransport, MailRefused } from '../src/index.ts'

const cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const each of cleanUp.splice(0)) await each()
})

const from = 'LogicSpike <no-reply@platform.test>'
const letter = { to: 'ann@example.com', subject: 'Grüße', text: 'Hallo', html: '<p>Hallo</p>' }

/** A real SMTP server, and what it took. */
async function aMailServer(rules: SMTPServerOptions = {}) {
  const received: string[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, _session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        received.push(Buffer.concat(chunks).toString())
        callback()
      })
    },
    ...rules,
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  cleanUp.push(() => new Promise((closed) => server.close(closed)))
  const { port } = server.server.address() as AddressInfo
  return { url: `smtp://127.0.0.1:${port}`, received }
}

const saying = (responseCode: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode })

async function failureOf(url: string): Promise<unknown> {
  const sending = createMailTransport({ url, from }).send({ ...letter, id: newId('mail') })
  return sending.then(
    () => null,
    (error: unknown) => error,
  )
}

describe('mail over SMTP', () => {
  test('arrives in both parts, with the headers it was given, each on a line of its own', async () => {
    const { url, received } = await aMailServer()
    const unsubscribe = `<https://console.example.com/unsubscribe?token=${'a'.repeat(200)}>`
    await createMailTransport({ url, from }).send({
      ...letter,
      id: 'dlv_01m8cmeea1e83v49h2ek6tkc0n',
      headers: {
        'List-Unsubscribe': unsubscribe,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        'Auto-Submitted': 'auto-generated\r\nBcc: all@example.com',
      },
    })
    const mail = `\r\n${received[0]}`.replace(/\r\n[ \t]+/g, ' ')
    expect(mail).toContain('Content-Type: multipart/alternative')
    expect(mail).toContain('Message-ID: <dlv_01m8cmeea1e83v49h2ek6tkc0n@platform.test>')
    expect(mail).toContain(`\r\nList-Unsubscribe: ${unsubscribe}\r\n`)
    expect(mail).toContain('\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n')
    expect(mail).toContain('\r\nAuto-Submitted: auto-generated Bcc: all@example.com\r\n')
  })

  test.each([
    ['an unknown mailbox', 550, '5.1.1 No such user'],
    ['no reason', 550, 'go away'],
  ])('a recipient refused for %s is refused for good', async (_, code, text) => {
    const { url } = await aMailServer({
      onRcptTo: (_to, _session, done) => done(saying(code, text)),
    })
    const failure = await failureOf(url)
    expect(failure).toBeInstanceOf(MailRefused)
    expect(failure).toMatchObject({ what: 'recipient' })
  })

  test('a full mailbox or a policy is about this message, not about the address', async () => {
    for (const text of ['5.2.2 Mailbox full', '5.7.1 Message refused by policy']) {
      const { url } = await aMailServer({
        onRcptTo: (_to, _session, done) => done(saying(550, text)),
      })
      expect(await failureOf(url)).toMatchObject({ name: 'MailRefused', what: 'message' })
    }
  })

  test('a message refused after it was read is refused', async () => {
    const { url } = await aMailServer({
      onData(stream, _session, callback) {
        stream.on('end', () => callback(saying(554, '5.6.0 Looks like spam'))).resume()
      },
    })
    expect(await failureOf(url)).toMatchObject({ name: 'MailRefused', what: 'message' })
  })

  test.each([
    [
      'greylisting',
      {
        onRcptTo: (_: unknown, __: unknown, done: (e: Error) => void) =>
          done(saying(451, '4.7.1 Later')),
      },
    ],
    [
      'our own address',
      {
        onMailFrom: (_: unknown, __: unknown, done: (e: Error) => void) =>
          done(saying(550, '5.7.1 Who?')),
      },
    ],
  ])('what is said of %s may pass, so nothing is refused', async (_, rules) => {
    const { url } = await aMailServer(rules)
    const failure = await failureOf(url)
    expect(failure).toBeInstanceOf(Error)
    expect(failure).not.toBeInstanceOf(MailRefused)
  })

  test('a server that is not there may come back', async () => {
    expect(await failureOf('smtp://127.0.0.1:1')).not.toBeInstanceOf(MailRefused)
  })
})
