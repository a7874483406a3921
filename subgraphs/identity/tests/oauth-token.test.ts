import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { decodeJwt } from 'jose'
import { aSession } from './support/a-session.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'
import {
  ACCESS_TOKEN,
  APP,
  askForToken,
  EXCHANGE,
  post,
  REFRESH_TOKEN,
  WEB,
} from './support/oauth-requests.ts'
import { statusOf } from './support/session-operations.ts'

const app = useIdentityTestApp()

async function aMember(membership = {}, options = {}) {
  const session = await aSession(app(), options)
  const workspaceId = newId('workspace')
  app().tenancy.join(session.userId, workspaceId, membership)
  return { ...session, workspaceId }
}

describe('the token endpoint', () => {
  const refresh = { grant_type: 'refresh_token', client_id: APP, refresh_token: 'x' }

  test.each([
    ['JSON', JSON.stringify(refresh), { 'content-type': 'application/json' }],
    ['text', 'grant_type=refresh_token', { 'content-type': 'text/plain' }],
    ['a multipart form', '--x--', { 'content-type': 'multipart/form-data; boundary=x' }],
  ])('refuses %s', async (_, payload, headers) => {
    const { status, body } = await askForToken(app(), payload, headers)
    expect([status, body.error]).toEqual([400, 'invalid_request'])
  })

  test.each([
    ['an empty body', '', 401, 'invalid_client'],
    ['no grant type', `client_id=${APP}`, 400, 'invalid_request'],
    ['a grant type without a value', `client_id=${APP}&grant_type=`, 400, 'invalid_request'],
    ['a parameter given twice', `client_id=${APP}&client_id=${APP}`, 400, 'invalid_request'],
    ['the password grant', `client_id=${APP}&grant_type=password`, 400, 'unsupported_grant_type'],
    [
      'the authorization code grant',
      `client_id=${APP}&grant_type=authorization_code&code=x`,
      400,
      'unsupported_grant_type',
    ],
    [
      'a grant that every object has',
      `client_id=${APP}&grant_type=constructor`,
      400,
      'unsupported_grant_type',
    ],
    [
      'a refresh without a token',
      `client_id=${APP}&grant_type=refresh_token`,
      400,
      'invalid_request',
    ],
  ])('refuses %s', async (_, payload, status, error) => {
    const answer = await askForToken(app(), payload)
    expect([answer.status, answer.body]).toEqual([
      status,
      { error, error_description: expect.any(String) },
    ])
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  test('takes no parameters from the address', async () => {
    const query = new URLSearchParams(refresh).toString()
    const answer = await post(app(), `/oauth/token?${query}`, '')
    expect(answer.body.error).toBe('invalid_client')
  })

  test('takes no cookie: what a browser sends by itself proves nothing here', async () => {
    const { refreshToken } = await aSession(app(), { delivery: 'COOKIE' })
    const { body } = await askForToken(
      app(),
      { grant_type: 'refresh_token', client_id: WEB },
      { cookie: `__Host-ls_refresh=${refreshToken}` },
    )
    expect(body.error).toBe('invalid_request')
  })

  test('refuses a body over 32 KB', async () => {
    const { status, body } = await askForToken(app(), { ...refresh, padding: 'x'.repeat(33_000) })
    expect([status, body.error]).toEqual([413, 'invalid_request'])
  })

  test.each(['/oauth/token', '/oauth/revoke'])('answers GET %s with 405', async (url) => {
    const response = await app().app.server.http.inject({
      url,
      headers: { 'x-gateway-key': app().gatewayKey },
    })
    expect([response.statusCode, response.headers.allow]).toEqual([405, 'POST'])
  })
})

describe('refresh_token', () => {
  const grant = { grant_type: 'refresh_token', client_id: APP }
  const refresh = (refreshToken: string, more = {}) =>
    askForToken(app(), { ...grant, refresh_token: refreshToken, ...more })

  test('gives the next tokens of the session', async () => {
    const { refreshToken, sessionId } = await aSession(app())
    const { status, body } = await refresh(refreshToken)
    expect(status).toBe(200)
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: expect.any(Number),
      scope: '',
      refresh_token: expect.stringContaining(sessionId),
    })
    expect(body.expires_in).toBeGreaterThanOrEqual(269)
    expect(await statusOf(app(), String(body.access_token))).toBe('OK')
  })

  test('is the same rotation as over GraphQL: parallel ones get one successor', async () => {
    const { refreshToken } = await aSession(app())
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(refreshToken)))
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1)
  })

  test('and one that comes again later ends the session', async () => {
    const { refreshToken, sessionId } = await aSession(app())
    const { body } = await refresh(refreshToken)
    app().clock.advance(11)
    expect((await refresh(refreshToken)).body.error).toBe('invalid_grant')
    expect((await refresh(String(body.refresh_token))).body.error).toBe('invalid_grant')
    const [row] = await app().database.asAdmin<{ end_reason: string }>(
      'select end_reason from identity.sessions where id = $1',
      [sessionId],
    )
    expect(row?.end_reason).toBe('refresh-token-reused')
  })

  test('enters a workspace and says which', async () => {
    const { refreshToken, workspaceId } = await aMember({ permissions: ['blog:posts.read'] })
    const { body } = await refresh(refreshToken, { workspace_id: workspaceId })
    expect(body).toMatchObject({ workspace_id: workspaceId, scope: 'blog:posts.read' })
    expect(decodeJwt(String(body.access_token)).tid).toBe(workspaceId)
  })

  test('refused by the workspace leaves the refresh token good', async () => {
    const { refreshToken } = await aMember()
    const refused = await refresh(refreshToken, { workspace_id: newId('workspace') })
    expect([refused.status, refused.body.error]).toEqual([400, 'invalid_target'])
    app().clock.advance(60)
    expect((await refresh(refreshToken)).status).toBe(200)
  })

  test('is refused for a token of another client (S4)', async () => {
    const { refreshToken } = await aSession(app(), { clientId: 'another-app' })
    expect((await refresh(refreshToken)).body.error).toBe('invalid_grant')
  })

  test("is refused for a browser's token, under either client", async () => {
    const { refreshToken } = await aSession(app(), { delivery: 'COOKIE' })
    expect((await refresh(refreshToken)).body.error).toBe('invalid_grant')
    const asBrowser = await refresh(refreshToken, { client_id: WEB })
    expect(asBrowser.body.error).toBe('unauthorized_client')
  })

  test('is refused for an access token', async () => {
    const { accessToken } = await aSession(app())
    expect((await refresh(accessToken)).body.error).toBe('invalid_grant')
  })
})

describe('token exchange', () => {
  const exchange = (form: Record<string, string>) =>
    askForToken(app(), {
      grant_type: EXCHANGE,
      client_id: APP,
      subject_token_type: ACCESS_TOKEN,
      ...form,
    })

  test('gives a workspace token for an access token, which stays good', async () => {
    const member = await aMember({ services: ['blog'], permissions: ['blog:posts.read'] })
    const form = { subject_token: member.accessToken, workspace_id: member.workspaceId }
    const { status, body } = await exchange(form)
    expect(status).toBe(200)
    expect(body).toEqual({
      access_token: expect.any(String),
      issued_token_type: ACCESS_TOKEN,
      token_type: 'Bearer',
      expires_in: expect.any(Number),
      scope: 'blog:posts.read',
      workspace_id: member.workspaceId,
    })
    expect(decodeJwt(String(body.access_token))).toMatchObject({
      tid: member.workspaceId,
      sid: member.sessionId,
      services: ['blog'],
    })
    expect((await exchange(form)).status).toBe(200)
  })

  test('keeps no copied token alive: the new one ends when the presented one does', async () => {
    const { accessToken, workspaceId } = await aMember()
    app().clock.advance(200)
    const { body } = await exchange({ subject_token: accessToken, workspace_id: workspaceId })
    const { exp = 0 } = decodeJwt(accessToken)
    expect(decodeJwt(String(body.access_token)).exp).toBe(exp)
    expect(body.expires_in).toBe(exp - app().clock.now().getTime() / 1000)
  })

  test('uses up a refresh token as a refresh does, and gives the next one', async () => {
    const { refreshToken, workspaceId, sessionId } = await aMember()
    const form = { subject_token_type: REFRESH_TOKEN, workspace_id: workspaceId }
    const { status, body } = await exchange({ ...form, subject_token: refreshToken })
    expect([status, body.workspace_id, body.issued_token_type]).toEqual([
      200,
      workspaceId,
      ACCESS_TOKEN,
    ])
    app().clock.advance(11)
    const next = { ...form, subject_token: String(body.refresh_token) }
    expect((await exchange(next)).status).toBe(200)
    const reused = await exchange({ ...form, subject_token: refreshToken })
    expect([reused.status, reused.body.error]).toEqual([400, 'invalid_request'])
    const [row] = await app().database.asAdmin<{ end_reason: string }>(
      'select end_reason from identity.sessions where id = $1',
      [sessionId],
    )
    expect(row?.end_reason).toBe('refresh-token-reused')
  })

  test("refuses a browser's refresh token, which is refreshed by its cookie alone", async () => {
    const { refreshToken, workspaceId } = await aMember({}, { delivery: 'COOKIE' })
    const form = {
      subject_token: refreshToken,
      subject_token_type: REFRESH_TOKEN,
      workspace_id: workspaceId,
    }
    expect((await exchange(form)).body.error).toBe('invalid_request')
    const asBrowser = await exchange({ ...form, client_id: WEB })
    expect(asBrowser.body.error).toBe('unauthorized_client')
  })

  test('serves browsers too, by the access token in the memory of a tab', async () => {
    const member = await aMember({}, { delivery: 'COOKIE' })
    const form = { subject_token: member.accessToken, workspace_id: member.workspaceId }
    expect((await exchange({ ...form, client_id: WEB })).status).toBe(200)
  })

  test.each([
    ['an expired access token', async () => ({ token: (await aMember()).accessToken, wait: 400 })],
    [
      'a token of another client',
      async () => ({ token: (await aMember({}, { delivery: 'COOKIE' })).accessToken, wait: 0 }),
    ],
    ['nonsense', async () => ({ token: 'x', wait: 0 })],
    [
      'a refresh token that says it is an access token',
      async () => ({ token: (await aMember()).refreshToken, wait: 0 }),
    ],
  ])('refuses %s', async (_, subject) => {
    const { token, wait } = await subject()
    app().clock.advance(wait)
    const { status, body } = await exchange({
      subject_token: token,
      workspace_id: newId('workspace'),
    })
    expect([status, body.error]).toEqual([400, 'invalid_request'])
  })

  test('refuses the token of a session that has ended, even before verifiers know', async () => {
    const { accessToken, sessionId, workspaceId } = await aMember()
    await app().database.asAdmin('update identity.sessions set ended_at = now() where id = $1', [
      sessionId,
    ])
    const { body } = await exchange({ subject_token: accessToken, workspace_id: workspaceId })
    expect(body.error).toBe('invalid_request')
  })

  test.each([
    ['no subject', { subject_token: '' }],
    ['no workspace', { workspace_id: '' }],
    ['an actor', { actor_token: 'x' }],
    ['a resource', { resource: 'https://blog.example' }],
    ['an audience', { audience: 'blog' }],
    ['an ID token as subject', { subject_token_type: 'urn:ietf:params:oauth:token-type:id_token' }],
    ['a refresh token as answer', { requested_token_type: REFRESH_TOKEN }],
  ])('refuses %s', async (_, form) => {
    const { accessToken, workspaceId } = await aMember()
    const { status, body } = await exchange({
      subject_token: accessToken,
      workspace_id: workspaceId,
      ...form,
    })
    expect([status, body.error]).toEqual([400, 'invalid_request'])
  })

  test('answers alike for a foreign workspace and one that does not exist', async () => {
    const { accessToken } = await aMember()
    const foreign = (await aMember()).workspaceId
    const answers = await Promise.all(
      [foreign, newId('workspace'), 'wks_1'].map((id) =>
        exchange({ subject_token: accessToken, workspace_id: id }),
      ),
    )
    const refusal = {
      error: 'invalid_target',
      error_description: 'There is no such workspace for you.',
    }
    expect(answers.map(({ body }) => body)).toEqual([refusal, refusal, refusal])
  })

  test('tells of a workspace that asks for a second factor', async () => {
    const { accessToken, workspaceId } = await aMember({ requiresMfa: true })
    const { body } = await exchange({ subject_token: accessToken, workspace_id: workspaceId })
    expect(body.error).toBe('insufficient_user_authentication')
  })

  test('answers 503 while tenancy cannot be reached, in the shape of OAuth', async () => {
    const { accessToken, workspaceId } = await aMember()
    app().tenancy.stop()
    try {
      const { status, body } = await exchange({
        subject_token: accessToken,
        workspace_id: workspaceId,
      })
      expect([status, body.error]).toEqual([503, 'temporarily_unavailable'])
    } finally {
      app().tenancy.resume()
    }
  })
})

describe('the limit of the token endpoint', () => {
  const limited = useIdentityTestApp({ limits: { oauthByNetwork: { points: 3, seconds: 60 } } })

  test('counts requests of a network, and tells when to come again', async () => {
    const form = { grant_type: 'refresh_token', client_id: APP, refresh_token: 'x' }
    for (let count = 0; count < 3; count++) {
      expect((await askForToken(limited(), form)).status).toBe(400)
    }
    const refused = await askForToken(limited(), form)
    expect([refused.status, refused.body.error]).toEqual([429, 'temporarily_unavailable'])
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    const elsewhere = await askForToken(limited(), form, { 'x-client-ip': '198.51.100.1' })
    expect(elsewhere.status).toBe(400)
  })
})
