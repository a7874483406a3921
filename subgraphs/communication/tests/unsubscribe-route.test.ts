import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createGatewayKey, createGatewayKeyring } from '@logicspike/auth'
import { createLogger } from '@logicspike/telemetry'
import Fastify from 'fastify'
import { unsubscribeRoute } from '../src/modules/unsubscribe/unsubscribe.route.ts'
import {
  createUnsubscribeLinks,
  type UnsubscribeRequest,
} from '../src/modules/unsubscribe/unsubscribe-link.ts'
import { aMessage } from './support/a-message.ts'
import { publicUrl, secretBox, useChannelContext } from './support/channel-context.ts'

const { context } = useChannelContext()
const key = createGatewayKey('gateway')
const http = Fastify()
const done: UnsubscribeRequest[] = []
let answer: 'done' | 'mandatory' = 'done'
let nameOf: () => Promise<string | null> = async () => 'Acme <b>'

beforeAll(() =>
  unsubscribeRoute(http, {
    contextFor: () => context(),
    keyring: createGatewayKeyring([{ caller: 'gateway', sha256: key.sha256 }]),
    secretBox,
    unsubscribe: async (_, request) => {
      done.push(request)
      return answer
    },
    workspaceNameOf: () => nameOf(),
    log: createLogger({ name: 'test', level: 'silent' }),
  }),
)
beforeEach(() => {
  done.length = 0
  answer = 'done'
  nameOf = async () => 'Acme <b>'
})
afterAll(() => http.close())

const linkFor = createUnsubscribeLinks(secretBox, publicUrl)
const message = aMessage({ recipient: { locale: 'en' } })

function call(
  method: 'GET' | 'POST',
  request: { url?: string; body?: string; type?: string } = {},
) {
  const { pathname, search } = new URL(request.url ?? linkFor(message) ?? '')
  return http.inject({
    method,
    url: pathname + search,
    headers: { 'x-gateway-key': key.value, ...(request.type && { 'content-type': request.type }) },
    ...(request.body !== undefined && { payload: request.body }),
  })
}

describe('the link of a letter', () => {
  test('asks, and changes nothing however often it is followed', async () => {
    const response = await call('GET')
    await call('GET')
    expect(response.statusCode).toBe(200)
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(response.body).toContain('No longer get mails about members in Acme &lt;b&gt;?')
    expect(response.body).toMatch(/<form method="post">.*<button>Unsubscribe<\/button>/)
    expect(response.body).not.toMatch(/<script|https?:/)
    expect(done).toEqual([])
  })

  test('is asked in the language of the letter', async () => {
    const german = aMessage({ recipient: { locale: 'de' } })
    const response = await call('GET', { url: linkFor(german) ?? '' })
    expect(response.body).toContain('lang="de"')
    expect(response.body).toContain('Keine Mails zum Thema Mitglieder')
  })

  test('works where the workspace’s name cannot be learnt', async () => {
    nameOf = () => Promise.reject(new Error('tenancy is down'))
    expect((await call('GET')).body).toContain('No longer get mails about members?')
  })

  test('is kept by nobody on the way, framed by nobody, and runs nothing', async () => {
    const { headers } = await call('GET')
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
    expect(headers).not.toHaveProperty('set-cookie')
  })
})

describe('a click', () => {
  const multipart =
    '--b\r\ncontent-disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
  test.each([
    ['of a mail program', 'List-Unsubscribe=One-Click', 'application/x-www-form-urlencoded'],
    ['of another mail program', multipart, 'multipart/form-data; boundary=b'],
    ['without a body', undefined, undefined],
  ])('%s unsubscribes at once, without a redirect', async (_, body, type) => {
    const response = await call('POST', { ...(body && { body }), ...(type && { type }) })
    expect([response.statusCode, response.headers.location]).toEqual([200, undefined])
    expect(response.body).toContain('You will get no more of these mails')
    expect(done).toEqual([
      {
        userId: message.recipient.userId,
        workspaceId: message.workspace?.id,
        category: 'MEMBERS',
        channel: 'EMAIL',
      },
    ])
  })

  test('does not pretend where the workspace has decided that the mails are sent', async () => {
    answer = 'mandatory'
    const response = await call('POST')
    expect(response.statusCode).toBe(409)
    expect(response.body).toContain('cannot be switched off')
  })

  test('with a body that no mail program sends is refused', async () => {
    const response = await call('POST', { body: 'x'.repeat(5000), type: 'text/plain' })
    expect(response.statusCode).toBe(413)
    expect(done).toEqual([])
  })
})

describe('a link that is not ours', () => {
  test.each(['', '?request=', '?request=a&request=b', '?request=usr_x.-.MEMBERS.EMAIL.test.x'])(
    'asks nothing and does nothing: %s',
    async (search) => {
      for (const method of ['GET', 'POST'] as const) {
        const url = `${publicUrl}/communication/unsubscribe${search}`
        const response = await call(method, { url })
        expect(response.statusCode).toBe(400)
        expect(response.body).toContain('not valid')
      }
      expect(done).toEqual([])
    },
  )

  test('changed to another person’s does nothing', async () => {
    const other = aMessage().recipient.userId ?? ''
    const url = linkFor(message)?.replace(message.recipient.userId ?? '', other) ?? ''
    expect((await call('POST', { url })).statusCode).toBe(400)
    expect(done).toEqual([])
  })
})

test('only the gateway can ask', async () => {
  const response = await http.inject({ method: 'POST', url: '/communication/unsubscribe' })
  expect(response.statusCode).toBe(401)
})
