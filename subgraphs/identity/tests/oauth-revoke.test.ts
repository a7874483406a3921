import { describe, expect, test } from '@jest/globals'
import { aSession } from './support/a-session.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'
import { APP, askForToken, basic, post, WEB } from './support/oauth-requests.ts'
import { refresh, statusOf } from './support/session-operations.ts'

const BLOG = { service: 'blog', clientSecret: 'development-only secret of blog', permissions: [] }
const app = useIdentityTestApp({ serviceClients: [BLOG] })

const revoke = (token: string, more = {}) =>
  post(app(), '/oauth/revoke', { client_id: APP, token, ...more })

async function expectEnded(session: { accessToken: string; refreshToken: string }) {
  await app().learnRevocations()
  expect(await statusOf(app(), session.accessToken)).toBe('UNAUTHENTICATED')
  const answer = await refresh(app(), session.refreshToken)
  expect(answer.data.refreshSession.tokens).toBeNull()
}

describe('/oauth/revoke (RFC 7009)', () => {
  test.each([
    ['refresh token', 'refreshToken', {}],
    ['access token', 'accessToken', {}],
    ['refresh token with a wrong hint', 'refreshToken', { token_type_hint: 'access_token' }],
    ['access token with an unknown hint', 'accessToken', { token_type_hint: 'id_token' }],
  ] as const)('ends the session of a %s', async (_, name, more) => {
    const session = await aSession(app())
    const { status, headers } = await revoke(session[name], more)
    expect([status, headers['cache-control']]).toEqual([200, 'no-store'])
    await expectEnded(session)
    expect(await app().events()).toContainEqual(
      expect.objectContaining({
        type: 'session.revoked',
        subject: session.sessionId,
        data: expect.objectContaining({ reason: 'token-revoked' }),
      }),
    )
  })

  test('ends it by an older generation of its refresh token too', async () => {
    const session = await aSession(app())
    await refresh(app(), session.refreshToken)
    await revoke(session.refreshToken)
    await expectEnded(session)
  })

  test.each(['x', 'a.b.c', `ses_01m83gaez9e5fvj2405ss0rsjf.${'f'.repeat(22)}.${'s'.repeat(43)}`])(
    'answers 200 for %j, which is no token',
    async (token) => {
      expect((await revoke(token)).status).toBe(200)
    },
  )

  test('answers 200 for a token that was revoked, and for one that has expired', async () => {
    const { accessToken, refreshToken } = await aSession(app())
    await revoke(refreshToken)
    expect((await revoke(refreshToken)).status).toBe(200)
    app().clock.advance(400)
    expect((await revoke(accessToken)).status).toBe(200)
  })

  test.each(['refreshToken', 'accessToken'] as const)(
    "refuses another client's %s and leaves its session alone",
    async (name) => {
      const session = await aSession(app(), { delivery: 'COOKIE' })
      const { status, body } = await revoke(session[name])
      expect([status, body.error]).toEqual([400, 'invalid_grant'])
      await app().learnRevocations()
      expect(await statusOf(app(), session.accessToken)).toBe('OK')
      expect((await revoke(session[name], { client_id: WEB })).status).toBe(200)
    },
  )

  test("refuses a service's token, which ends by itself", async () => {
    const form = { grant_type: 'client_credentials' }
    const headers = basic('blog', BLOG.clientSecret)
    const granted = await askForToken(app(), form, headers)
    const token = String(granted.body.access_token)
    const { status, body } = await post(app(), '/oauth/revoke', { token }, headers)
    expect([status, body.error]).toEqual([400, 'unsupported_token_type'])
  })

  test.each([
    ['no token', { token: '' }, 400, 'invalid_request'],
    ['no client', { client_id: '' }, 401, 'invalid_client'],
    ['an unknown client', { client_id: 'an-app' }, 401, 'invalid_client'],
    ['a wrong secret', { client_id: 'blog', client_secret: 'x' }, 401, 'invalid_client'],
  ])('refuses %s', async (_, more, status, error) => {
    const { refreshToken } = await aSession(app())
    const answer = await revoke(refreshToken, more)
    expect([answer.status, answer.body.error]).toEqual([status, error])
  })
})
