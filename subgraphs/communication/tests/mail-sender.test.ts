import { describe, expect, test } from '@jest/globals'
import { createMailTransport, createMemoryMailbox } from '@logicspike/mail'
import type { OutgoingMessage } from '../src/modules/deliveries/channel.ts'
import { createMailSender } from '../src/modules/mail-channel/create-mail-sender.ts'
import { createUnsubscribeLinks } from '../src/modules/unsubscribe/unsubscribe-link.ts'
import { useMailServers } from './support/a-mail-server.ts'
import { aMessage } from './support/a-message.ts'
import { publicUrl, secretBox, useChannelContext } from './support/channel-context.ts'

const { context, database, logged } = useChannelContext()
const servers = useMailServers()
const unsubscribeUrlOf = createUnsubscribeLinks(secretBox, publicUrl)

async function aSender() {
  const server = await servers.start()
  const transport = createMailTransport({
    url: server.url,
    from: 'LogicSpike <no-reply@sender.test>',
  })
  const sender = createMailSender({ transport, unsubscribeUrlOf })
  return { ...server, send: (message: OutgoingMessage) => sender.send(context(), message) }
}

const sent = { outcome: 'sent' }
const security = {
  type: 'session.started',
  facts: {},
  category: 'SECURITY',
  isSecurity: true,
} as const

describe('a letter by mail', () => {
  test('comes in two parts, in the reader’s language and the workspace’s look', async () => {
    const { send, received } = await aSender()
    const message = aMessage({ recipient: { locale: 'de-AT' } })
    expect(await send(message)).toEqual(sent)
    const [mail = ''] = received
    expect(mail).toContain(`\r\nTo: ${message.recipient.email}\r\n`)
    expect(mail).toContain('\r\nSubject: Bea ist Acme beigetreten\r\n')
    expect(mail).toContain('Content-Type: multipart/alternative')
    expect(mail.indexOf('text/plain')).toBeLessThan(mail.indexOf('text/html'))
    expect(mail).toContain('#aa3300')
    expect(mail).toMatch(/(^|\r\n)Auto-Submitted: auto-generated\r\n/)
  })

  test('is the same letter at each try', async () => {
    const { send, received } = await aSender()
    const message = aMessage()
    await send(message)
    await send(message)
    const ids = received.map((mail) => /\r\nMessage-ID: (.*)\r\n/i.exec(mail)?.[1])
    expect(ids).toEqual(Array(2).fill(`<${message.deliveryId}@sender.test>`))
  })

  test('can be unsubscribed from by a button of the mail program', async () => {
    const { send, received } = await aSender()
    const message = aMessage()
    await send(message)
    expect(received[0]).toContain(`\r\nList-Unsubscribe: <${unsubscribeUrlOf(message)}>\r\n`)
    expect(received[0]).toContain('\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n')
  })

  test('about security offers no way to be switched off', async () => {
    const { send, received } = await aSender()
    expect(await send(aMessage(security))).toEqual(sent)
    expect(received[0]).not.toMatch(/unsubscribe/i)
  })

  test('of a kind there are no words for is our mistake, and nothing goes out', async () => {
    const { send, received } = await aSender()
    await expect(send(aMessage({ type: 'no.such_type' }))).rejects.toThrow('no words')
    expect(received).toEqual([])
  })
})

describe('an address', () => {
  test.each([null, '', 'nobody', 'a b@example.com', 'ann@example.com\r\nBcc: b@example.com'])(
    'that is none is refused for good: %j',
    async (email) => {
      const { send, received } = await aSender()
      expect(await send(aMessage({ recipient: { email } }))).toMatchObject({
        outcome: 'refused',
        permanent: true,
      })
      expect(received).toEqual([])
    },
  )

  test('that a server refuses for good is not tried again, in any workspace', async () => {
    const { send, received, refuse } = await aSender()
    const { recipient } = aMessage()
    refuse({ code: 550, text: '5.1.1 No such user' })
    expect(await send(aMessage({ recipient }))).toEqual({
      outcome: 'refused',
      reason: 'recipient refused with 550',
      permanent: true,
    })
    refuse(null)
    const shouting = { ...recipient, email: recipient.email?.toUpperCase() ?? null }
    expect(await send(aMessage({ recipient: shouting }))).toMatchObject({
      outcome: 'refused',
      reason: 'address suppressed',
      permanent: true,
    })
    expect(received).toEqual([])
  })

  test('is still tried by security mails, and counts as good once one arrives', async () => {
    const { send, received, refuse } = await aSender()
    const { recipient } = aMessage()
    refuse({ code: 550, text: '5.1.1 No such user' })
    await send(aMessage({ recipient }))
    expect(await send(aMessage({ recipient, ...security }))).toMatchObject({ outcome: 'refused' })
    refuse(null)
    expect(await send(aMessage({ recipient, ...security }))).toEqual(sent)
    expect(await send(aMessage({ recipient }))).toEqual(sent)
    expect(received).toHaveLength(2)
  })

  test('refused many times at once is noted once', async () => {
    const { send, refuse } = await aSender()
    const { recipient } = aMessage()
    refuse({ code: 553, text: '5.1.3 Bad address' })
    const outcomes = await Promise.all(
      Array.from({ length: 5 }, () => send(aMessage({ recipient }))),
    )
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['refused']))
    const rows = await database.asAdmin(
      'select from communication.mail_suppressions where reply_code = 553',
    )
    expect(rows).toHaveLength(1)
  })

  test('with a full mailbox loses this letter, not the next', async () => {
    const { send, refuse } = await aSender()
    const { recipient } = aMessage()
    refuse({ code: 552, text: '5.2.2 Mailbox full' })
    expect(await send(aMessage({ recipient }))).toMatchObject({
      outcome: 'refused',
      permanent: false,
    })
    refuse(null)
    expect(await send(aMessage({ recipient }))).toEqual(sent)
  })
})

describe('a failure', () => {
  test('that may pass is tried again', async () => {
    const { send, refuse } = await aSender()
    refuse({ code: 451, text: '4.7.1 Greylisted' })
    expect(await send(aMessage())).toEqual({
      outcome: 'retryLater',
      reason: 'the mail server answered 451',
    })
  })

  test('to reach the server is tried again', async () => {
    const transport = createMailTransport({ url: 'smtp://127.0.0.1:1', from: 'a@b.test' })
    const sender = createMailSender({ transport, unsubscribeUrlOf })
    expect(await sender.send(context(), aMessage())).toMatchObject({ outcome: 'retryLater' })
  })

  test('tells neither log nor caller whose address it was, or what was written', async () => {
    const { send, refuse } = await aSender()
    const { recipient } = aMessage({ recipient: { email: 'unmistakable@example.com' } })
    logged.length = 0
    const outcomes = []
    for (const code of [451, 552, 550]) {
      refuse({ code, text: `${String(code)[0]}.0.0 <unmistakable@example.com> said Bea` })
      outcomes.push(await send(aMessage({ recipient })))
    }
    expect(logged.length).toBeGreaterThan(2)
    expect(JSON.stringify([logged, outcomes])).not.toMatch(/unmistakable|Bea|Acme/)
  })
})

test('mails to everybody who has an address are possible everywhere', async () => {
  const sender = createMailSender({ transport: createMemoryMailbox(), unsubscribeUrlOf })
  expect([sender.channel, await sender.reach(context())]).toEqual(['EMAIL', 'PEOPLE'])
})
