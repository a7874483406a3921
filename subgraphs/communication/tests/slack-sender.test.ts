import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { inWorkspace } from '@logicspike/subgraph-kit'
import type { OutgoingMessage } from '../src/modules/deliveries/channel.ts'
import { createSlackSender } from '../src/modules/slack/create-slack-sender.ts'
import { replaceSlackConnection } from '../src/modules/slack/replace-slack-connection.ts'
import { aMessage } from './support/a-message.ts'
import { useSlackApp } from './support/slack-app.ts'

const app = useSlackApp()
const { slack } = app
const sender = createSlackSender()
const token = 'xoxb-1234567890-abcdefghijWXYZ'

async function aWorkspace(kind: 'WEBHOOK' | 'BOT' | 'NONE' = 'WEBHOOK') {
  const workspaceId = newId('workspace')
  if (kind !== 'NONE') {
    const connection =
      kind === 'BOT'
        ? { kind, secret: token, channelId: 'C024BE91L' }
        : { kind, secret: slack.webhookUrl, channelId: null }
    await app.within(workspaceId, (tx) => replaceSlackConnection(tx, connection))
  }
  const context = () => inWorkspace(app.app.contexts.forJob('deliveries'), workspaceId)
  const workspace = aMessage().workspace && { ...aMessage().workspace, id: workspaceId }
  const recipient = { userId: null, email: null, name: null }
  const message = (changes: Parameters<typeof aMessage>[0] = {}) =>
    aMessage({
      workspace: workspace as OutgoingMessage['workspace'],
      ...changes,
      recipient: { ...recipient, ...changes.recipient },
    })
  return {
    workspaceId,
    message,
    reach: () => sender.reach(context()),
    send: (changes?: Parameters<typeof aMessage>[0]) => sender.send(context(), message(changes)),
  }
}

describe('a workspace', () => {
  test('is reached as a whole where it is connected, else nobody is', async () => {
    expect(await (await aWorkspace()).reach()).toBe('WORKSPACE')
    expect(await (await aWorkspace('NONE')).reach()).toBe('NOBODY')
    expect(await sender.reach(app.app.contexts.forJob('deliveries'))).toBe('NOBODY')
  })

  test('that is not connected any more is refused for good', async () => {
    const { send } = await aWorkspace('NONE')
    expect(await send()).toEqual({ outcome: 'refused', reason: 'not connected', permanent: true })
  })
})

describe('a message', () => {
  test('goes to the webhook, in blocks of plain text', async () => {
    const { send, workspaceId } = await aWorkspace()
    expect(await send()).toEqual({ outcome: 'sent' })
    const [{ url, headers, body } = { url: '', headers: {}, body: null }] = slack.received
    expect(url).toBe('/services/T024BE91L/B024BE91M/abcdefghijklmnopqrstWXYZ')
    expect(headers).not.toHaveProperty('authorization')
    expect(body).toMatchObject({
      text: 'Bea joined Acme',
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: 'Bea joined Acme', emoji: false } },
        { type: 'section', text: { type: 'plain_text' } },
        {
          type: 'context',
          elements: [
            {
              type: 'mrkdwn',
              text: `<https://console.test/members?workspace=${workspaceId}|Open the console>`,
            },
          ],
        },
      ],
      unfurl_links: false,
    })
  })

  test('goes to the bot’s channel with its token, in the workspace’s language', async () => {
    const { send } = await aWorkspace('BOT')
    expect(await send({ recipient: { locale: 'de' } })).toEqual({ outcome: 'sent' })
    expect(slack.received).toMatchObject([
      {
        url: '/api/chat.postMessage',
        headers: { authorization: `Bearer ${token}` },
        body: { channel: 'C024BE91L', text: 'Bea ist Acme beigetreten' },
      },
    ])
  })

  test('calls nobody and hides no link, whatever people call themselves', async () => {
    const { send } = await aWorkspace()
    const memberName = '<!channel> & <https://evil.example|Acme> <@U024BE91L>'
    await send({ facts: { memberName } })
    const { body } = slack.received[0] ?? { body: null }
    expect(body.text).toMatch(/^&lt;!channel&gt; &amp; &lt;/)
    const markup = JSON.stringify(
      body.blocks.filter(({ type }: { type: string }) => type === 'context'),
    )
    expect(markup).not.toContain('evil')
  })

  test('may say many things at once, as many as fit', async () => {
    const { send, message } = await aWorkspace()
    const items = Array.from({ length: 25 }, (_, at) =>
      message({ facts: { memberName: `Bea ${at}` } }),
    )
    expect(await send({ items })).toEqual({ outcome: 'sent' })
    const { blocks } = slack.received[0]?.body ?? {}
    expect(blocks).toHaveLength(23)
    expect(blocks[0].text.text).toBe('25 updates from Acme')
    expect(blocks[1].text.text).toMatch(/^Bea 0 joined Acme\n/)
    expect(blocks[21].text.text).toBe('… +5')
  })

  test('is never longer than Slack takes', async () => {
    const { send } = await aWorkspace()
    await send({ facts: { memberName: '𝒜'.repeat(400) } })
    const [header] = slack.received[0]?.body.blocks ?? []
    expect([...header.text.text]).toHaveLength(150)
  })
})

describe('Slack', () => {
  test.each([
    ['WEBHOOK', { status: 404, body: 'no_service' }, 'no_service'],
    ['WEBHOOK', { status: 403, body: 'action_prohibited' }, 'action_prohibited'],
    ['WEBHOOK', { status: 410, body: 'channel_is_archived' }, 'channel_is_archived'],
    ['WEBHOOK', { status: 404, body: '<html>not a word</html>' }, 'http_404'],
    ['BOT', { body: '{"ok":false,"error":"invalid_auth"}' }, 'invalid_auth'],
    ['BOT', { body: '{"ok":false,"error":"not_in_channel"}' }, 'not_in_channel'],
  ] as const)('that has done with a %s breaks it: %j', async (kind, reply, reason) => {
    const { send, reach, workspaceId } = await aWorkspace(kind)
    slack.answer(reply)
    expect(await send()).toEqual({ outcome: 'refused', reason, permanent: true })
    expect(await reach()).toBe('NOBODY')
    slack.answer(null)
    expect(await send()).toMatchObject({ outcome: 'refused', reason: 'connection broken' })
    expect(slack.received).toHaveLength(1)
    const broken = (await app.eventsOf(workspaceId)).filter(({ type }) => type.endsWith('.broken'))
    expect(broken).toMatchObject([{ data: { workspaceId, reason } }])
  })

  test('that refuses many messages at once is told of once', async () => {
    const { send, workspaceId } = await aWorkspace()
    slack.answer({ status: 404, body: 'no_service' })
    await Promise.all([send(), send(), send()])
    const types = (await app.eventsOf(workspaceId)).map(({ type }) => type)
    expect(types.filter((type) => type.endsWith('.broken'))).toHaveLength(1)
  })

  test.each([
    ['WEBHOOK', { status: 400, body: 'invalid_payload' }, 'invalid_payload'],
    ['BOT', { body: '{"ok":false,"error":"msg_too_long"}' }, 'msg_too_long'],
  ] as const)(
    'that does not take this message to a %s may take others: %j',
    async (kind, reply, reason) => {
      const { send, reach } = await aWorkspace(kind)
      slack.answer(reply)
      expect(await send()).toEqual({ outcome: 'refused', reason, permanent: false })
      expect(await reach()).toBe('WORKSPACE')
    },
  )

  test.each([
    ['WEBHOOK', { status: 500, body: 'rollup_error' }, 'http_500'],
    ['WEBHOOK', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, null],
    ['BOT', { body: '{"ok":false,"error":"internal_error"}' }, 'internal_error'],
    ['BOT', { body: '<html>' }, 'no_answer'],
    ['BOT', { status: 503, body: '' }, 'http_503'],
    ['BOT', { body: 'x'.repeat(100_000) }, 'response_too_large'],
  ] as const)('may come back to a %s: %j', async (kind, reply, reason) => {
    const { send } = await aWorkspace(kind)
    slack.answer(reply)
    const outcome = await send()
    expect(slack.received).toHaveLength(1)
    expect(outcome).toMatchObject(
      reason === null
        ? { outcome: 'refused', permanent: false }
        : { outcome: 'retryLater', reason },
    )
  })

  test.each(['WEBHOOK', 'BOT'] as const)('is given the time it asks for: %s', async (kind) => {
    const { send } = await aWorkspace(kind)
    slack.answer({ status: 429, headers: { 'retry-after': '90' } })
    const busy = { outcome: 'retryLater', reason: 'ratelimited' }
    expect(await send()).toEqual({ ...busy, afterMs: 90_000 })
    slack.answer(null)
    expect(await send()).toMatchObject(busy)
    expect(slack.received).toHaveLength(1)
    app.clock.advance(90)
    expect(await send()).toEqual({ outcome: 'sent' })
  })

  test('gets a burst, then one message a second', async () => {
    const { send } = await aWorkspace()
    const outcomes = []
    for (let count = 0; count < 6; count += 1) outcomes.push(await send())
    expect(outcomes.map((it) => (it.outcome === 'retryLater' ? it.afterMs : it.outcome))).toEqual([
      ...['sent', 'sent', 'sent'],
      ...[1_000, 2_000, 3_000],
    ])
    app.clock.advance(1)
    expect(await send()).toEqual({ outcome: 'sent' })
    expect(await (await aWorkspace()).send()).toEqual({ outcome: 'sent' })
  })
})
