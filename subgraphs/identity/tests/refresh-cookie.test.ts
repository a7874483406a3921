import { describe, expect, test } from '@jest/globals'
import { REFRESH_COOKIE } from '../src/modules/sessions/refresh-cookie.ts'
import { aSession } from './support/a-session.ts'
import { testConfig, useIdentityTestApp } from './support/identity-test-app.ts'
import { REFRESH, SIGN_OUT, SWITCH, statusOf } from './support/session-operations.ts'

const app = useIdentityTestApp()
const [origin = ''] = testConfig.allowedOrigins

const aBrowser = () => aSession(app(), { delivery: 'COOKIE' })
const withCookie = (refreshToken: string) => ({ cookies: { [REFRESH_COOKIE]: refreshToken } })

describe('the refresh cookie (S7)', () => {
  test('is bound to the host, hidden from scripts and kept from other sites', async () => {
    const { refreshToken } = await aBrowser()
    const answer = await app().execute(
      REFRESH,
      { input: {} },
      { ...withCookie(refreshToken), origin },
    )
    expect(answer.data.refreshSession.userErrors).toEqual([])
    expect(answer.setCookie).toEqual([
      expect.stringMatching(
        /^__Host-ls_refresh=[^;]+; Max-Age=1209600; Path=\/; Secure; HttpOnly; SameSite=Strict$/,
      ),
    ])
  })

  test('carries the refresh token, so that the payload does not', async () => {
    const { refreshToken } = await aBrowser()
    const request = { ...withCookie(refreshToken), origin }
    const answer = await app().execute(REFRESH, { input: {} }, request)
    expect(answer.data.refreshSession.tokens.refreshToken).toBeNull()
    expect(answer.cookies[REFRESH_COOKIE]).not.toBe(refreshToken)
  })

  test('is the same in all answers to tabs that refresh at once', async () => {
    const { refreshToken } = await aBrowser()
    const request = { ...withCookie(refreshToken), origin }
    const answers = await Promise.all(
      Array.from({ length: 3 }, () => app().execute(REFRESH, { input: {} }, request)),
    )
    expect(new Set(answers.map(({ cookies }) => cookies[REFRESH_COOKIE])).size).toBe(1)
  })

  test('lives no longer than its session', async () => {
    const { refreshToken } = await aBrowser()
    const request = (token: string) => ({ ...withCookie(token), origin })
    app().clock.advance(13 * 86_400)
    const first = await app().execute(REFRESH, { input: {} }, request(refreshToken))
    app().clock.advance(13 * 86_400)
    const successor = first.cookies[REFRESH_COOKIE] ?? ''
    const second = await app().execute(REFRESH, { input: {} }, request(successor))
    expect(second.setCookie[0]).toContain(`; Max-Age=${4 * 86_400}; `)
  })
})

describe('a request that another site makes a browser send (S7)', () => {
  const foreign: [string, string | undefined][] = [
    ['of a foreign origin', 'https://attacker.example'],
    ['of a sandboxed page', 'null'],
    ['of an origin that begins like ours', `${origin}.attacker.example`],
    ['of our host by another scheme', origin.replace('http:', 'https:')],
    ['without an origin', undefined],
  ]

  test.each(foreign)('%s cannot refresh by the cookie', async (_, from) => {
    const { refreshToken } = await aBrowser()
    const request = { ...withCookie(refreshToken), ...(from && { origin: from }) }
    const refused = await app().execute(REFRESH, { input: {} }, request)
    expect(refused.errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN'])
    expect(refused.setCookie).toEqual([])
    const answer = await app().execute(
      REFRESH,
      { input: {} },
      { ...withCookie(refreshToken), origin },
    )
    expect(answer.data.refreshSession.userErrors).toEqual([])
  })

  test.each(foreign)('%s cannot sign out by the cookie', async (_, from) => {
    const { refreshToken, accessToken } = await aBrowser()
    const request = { ...withCookie(refreshToken), ...(from && { origin: from }) }
    const refused = await app().execute(SIGN_OUT, { input: {} }, request)
    expect(refused.errors.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN'])
    await app().learnRevocations()
    expect(await statusOf(app(), accessToken)).toBe('OK')
  })

  test('cannot switch workspaces: that takes an access token, which no browser adds by itself', async () => {
    const { refreshToken } = await aBrowser()
    const answer = await app().execute(
      SWITCH,
      { input: { workspaceId: 'wks_01m83gaez9e5fvj2405ss0rsjf' } },
      { ...withCookie(refreshToken), origin },
    )
    expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED'])
  })

  test.each([
    ['a GET', { method: 'GET' as const, url: '/graphql?query={__typename}' }, 404],
    [
      'a form',
      {
        method: 'POST' as const,
        url: '/graphql',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: `query=${encodeURIComponent(REFRESH)}`,
      },
      400,
    ],
    [
      'JSON that says it is text',
      {
        method: 'POST' as const,
        url: '/graphql',
        headers: { 'content-type': 'text/plain' },
        payload: JSON.stringify({ query: REFRESH, variables: { input: {} } }),
      },
      400,
    ],
  ])('as %s is not even GraphQL', async (_, request, status) => {
    const { refreshToken, accessToken } = await aBrowser()
    const response = await app().app.server.http.inject({
      ...request,
      headers: {
        ...('headers' in request ? request.headers : {}),
        'x-gateway-key': app().gatewayKey,
        cookie: `${REFRESH_COOKIE}=${refreshToken}`,
        origin,
      },
    })
    expect(response.statusCode).toBe(status)
    expect(await statusOf(app(), accessToken)).toBe('OK')
  })
})
