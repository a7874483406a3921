import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { useSlackApp } from './support/slack-app.ts'

const app = useSlackApp()
const permission = ['communication:slack.manage']
const FIELDS = '{ id kind hint channelId status brokenReason brokenAt connectedAt }'
const READ = `{ slackIntegration ${FIELDS} }`
const errors =
  'userErrors { __typename ... on UserError { message path } ... on SlackRefusedError { reason } }'
const mutation = (name: string, result: string) => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`
  return `mutation ($input: ${type}!) { answer: ${name}(input: $input) { ${result} ${errors} } }`
}
const WEBHOOK = mutation('connectSlackWebhook', `slackIntegration ${FIELDS}`)
const BOT = mutation('connectSlackBot', `slackIntegration ${FIELDS}`)
const DISCONNECT = mutation('disconnectSlack', 'disconnectedSlackIntegrationId').replace(
  '... on SlackRefusedError { reason }',
  '',
)
const TEST = mutation('testSlack', `slackIntegration ${FIELDS}`)
const ordinary = (query: string) => query.replace('... on SlackRefusedError { reason }', '')
const token = 'xoxb-1234567890-abcdefghijWXYZ'

const aManager = (workspaceId = newId('workspace')) => {
  const bearer = app.tokenFor(workspaceId, permission)
  return {
    workspaceId,
    ask: (query: string, input?: object) => app.ask(bearer, query, input && { input }),
    connect: async () => {
      const { data } = await app.ask(bearer, ordinary(WEBHOOK), {
        input: { url: app.slack.webhookUrl },
      })
      return data.answer.slackIntegration
    },
  }
}

describe('connecting', () => {
  test('by a webhook shows its last letters, and never the rest', async () => {
    const { ask, connect, workspaceId } = aManager()
    expect(await connect()).toMatchObject({
      kind: 'WEBHOOK',
      hint: 'WXYZ',
      channelId: null,
      status: 'ACTIVE',
    })
    const { data } = await ask(READ)
    expect(JSON.stringify(data)).not.toContain('abcdefgh')
    const rows = await app.rowsOf(workspaceId)
    expect(rows).toHaveLength(1)
    expect(JSON.stringify([rows, await app.eventsOf(workspaceId)])).not.toMatch(/abcdefgh|services/)
  })

  test('by a bot keeps the token sealed, bound to its row', async () => {
    const { ask, workspaceId } = aManager()
    const { data } = await ask(ordinary(BOT), { token: ` ${token} `, channelId: 'C024BE91L' })
    expect(data.answer).toMatchObject({
      slackIntegration: { kind: 'BOT', hint: 'WXYZ', channelId: 'C024BE91L' },
      userErrors: [],
    })
    const [row] = await app.rowsOf(workspaceId)
    expect(JSON.stringify(row)).not.toContain('xoxb')
    expect(app.secretBox.open(row?.sealed_secret ?? '', `slack:${row?.id}`)).toBe(token)
  })

  test('again replaces what there was, under a new id', async () => {
    const { connect, workspaceId } = aManager()
    const [first, second] = [await connect(), await connect()]
    expect(second.id).not.toBe(first.id)
    expect((await app.rowsOf(workspaceId)).map(({ id }) => id)).toEqual([second.id])
    expect((await app.eventsOf(workspaceId)).map(({ type }) => type)).toEqual([
      'slack_connection.connected',
      'slack_connection.disconnected',
      'slack_connection.connected',
    ])
  })

  test('many times at once leaves one connection', async () => {
    const { connect, workspaceId } = aManager()
    const made = await Promise.all(Array.from({ length: 6 }, connect))
    const rows = await app.rowsOf(workspaceId)
    expect(rows).toHaveLength(1)
    expect(made.map(({ id }) => id)).toContain(rows[0]?.id)
  })

  test.each([
    'not a url',
    'https://hooks.slack.com.evil.example/services/T024BE91L/B024BE91M/abcdefghijkl',
    'https://evil.example/services/T024BE91L/B024BE91M/abcdefghijkl',
    'http://169.254.169.254/services/T024BE91L/B024BE91M/abcdefghijkl',
    '@user:pw',
    '/services/T024BE91L/B024BE91M/abcdefghijkl/../../../admin',
    '/services/T024BE91L/B024BE91M/abcdefghijkl?next=x',
    '/services/T024BE91L/B024BE91M/abcdefghijkl#x',
    '/api/chat.postMessage',
  ])('by anything but a webhook of Slack’s is refused: %s', async (text) => {
    const { ask, workspaceId } = aManager()
    const url = text.startsWith('/')
      ? app.slack.places.webhookOrigin + text
      : text.startsWith('@')
        ? app.slack.webhookUrl.replace('//', '//user:pw@')
        : text
    const { data } = await ask(ordinary(WEBHOOK), { url })
    expect(data.answer).toMatchObject({
      slackIntegration: null,
      userErrors: [{ __typename: 'InvalidInputError', path: ['url'] }],
    })
    expect(await app.rowsOf(workspaceId)).toEqual([])
  })

  test('a bot says everything that is wrong at once; a person’s token is no bot’s', async () => {
    const { ask } = aManager()
    const input = { token: 'xoxp-1234567890-abcdefghij', channelId: '#general' }
    const { data } = await ask(ordinary(BOT), input)
    expect(data.answer.userErrors.map(({ path }: { path: string[] }) => path)).toEqual([
      ['token'],
      ['channelId'],
    ])
  })
})

describe('a connection', () => {
  test('is not there for other workspaces, nor can they end or try it', async () => {
    const { id } = await aManager().connect()
    const stranger = aManager()
    expect((await stranger.ask(READ)).data).toEqual({ slackIntegration: null })
    for (const [query, input] of [
      [ordinary(DISCONNECT), { id }],
      [TEST, { id }],
      [TEST, { id: newId('slackConnection') }],
    ] as const)
      expect((await stranger.ask(query, input)).codes).toEqual(['NOT_FOUND'])
    expect(app.slack.received).toEqual([])
  })

  test('is out of reach without the permission', async () => {
    const { workspaceId, connect } = aManager()
    const { id } = await connect()
    const bearer = app.tokenFor(workspaceId, ['tenancy:workspace.read'])
    const url = app.slack.webhookUrl
    for (const [query, input] of [
      [READ, undefined],
      [ordinary(WEBHOOK), { url }],
      [ordinary(BOT), { token, channelId: 'C024BE91L' }],
      [ordinary(DISCONNECT), { id }],
      [TEST, { id }],
    ] as const) {
      const { codes } = await app.ask(bearer, query, input && { input })
      expect([query, codes]).toEqual([query, ['FORBIDDEN']])
    }
  })

  test('that ends is forgotten, secret and all', async () => {
    const { ask, connect, workspaceId } = aManager()
    const { id } = await connect()
    const { data } = await ask(ordinary(DISCONNECT), { id })
    expect(data.answer).toEqual({ disconnectedSlackIntegrationId: id, userErrors: [] })
    expect(await app.rowsOf(workspaceId)).toEqual([])
    expect((await ask(ordinary(DISCONNECT), { id })).codes).toEqual(['NOT_FOUND'])
  })
})

describe('a test', () => {
  test('arrives in the channel', async () => {
    const { ask, connect } = aManager()
    const { id } = await connect()
    const { data } = await ask(TEST, { id })
    expect(data.answer).toMatchObject({
      slackIntegration: { id, status: 'ACTIVE' },
      userErrors: [],
    })
    expect(app.slack.received).toMatchObject([
      { url: '/services/T024BE91L/B024BE91M/abcdefghijklmnopqrstWXYZ' },
    ])
  })

  test('that Slack refuses breaks the connection, and one that arrives mends it', async () => {
    const { ask, connect, workspaceId } = aManager()
    const { id } = await connect()
    app.slack.answer({ status: 404, body: 'no_service' })
    const refused = await ask(TEST, { id })
    expect(refused.data.answer).toMatchObject({
      slackIntegration: null,
      userErrors: [{ __typename: 'SlackRefusedError', reason: 'no_service' }],
    })
    expect((await ask(READ)).data.slackIntegration).toMatchObject({
      status: 'BROKEN',
      brokenReason: 'no_service',
    })
    app.slack.answer(null)
    expect((await ask(TEST, { id })).data.answer.slackIntegration).toMatchObject({
      status: 'ACTIVE',
      brokenReason: null,
      brokenAt: null,
    })
    const types = (await app.eventsOf(workspaceId)).map(({ type }) => type)
    expect(types).toEqual(['slack_connection.connected', 'slack_connection.broken'])
  })

  test('says where Slack is down or asks for patience, and nothing is broken', async () => {
    const { ask, connect } = aManager()
    const { id } = await connect()
    app.slack.answer({ status: 503 })
    const down = await ask(TEST, { id })
    expect(down.data.answer.userErrors).toMatchObject([{ __typename: 'SlackUnreachableError' }])
    app.slack.answer({ status: 429, headers: { 'retry-after': '30' } })
    for (let tries = 0; tries < 2; tries += 1) {
      const { data } = await ask(TEST, { id })
      expect(data.answer.userErrors).toMatchObject([{ __typename: 'SlackBusyError' }])
    }
    // The second time nobody asked: Slack had said how long to wait.
    expect(app.slack.received).toHaveLength(2)
    expect((await ask(READ)).data.slackIntegration).toMatchObject({ status: 'ACTIVE' })
  })
})
