import { describe, expect, test } from '@jest/globals'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { MAX_LIVE_SESSIONS } from '../src/modules/sessions/session-rules.ts'
import { aSession, aUser } from './support/a-session.ts'
import { testConfig, useIdentityTestApp } from './support/identity-test-app.ts'

const app = useIdentityTestApp()

describe('a session that starts', () => {
  test('gives an access token for no workspace, with the claims of RFC 9068', async () => {
    const { accessToken, userId, sessionId } = await aSession(app(), { amr: ['pwd', 'otp', 'mfa'] })
    const now = Math.floor(app().clock.now().getTime() / 1000)
    expect(decodeProtectedHeader(accessToken)).toEqual({
      alg: 'RS256',
      typ: 'at+jwt',
      kid: expect.stringMatching(/^sgk_/),
    })
    const claims = decodeJwt(accessToken)
    expect(claims).toEqual({
      iss: testConfig.issuer,
      aud: 'logicspike',
      sub: userId,
      sid: sessionId,
      jti: expect.any(String),
      iat: now,
      exp: expect.any(Number),
      client_id: 'logicspike-app',
      scope: '',
      services: [],
      ep: { s: 0 },
      amr: ['mfa', 'otp', 'pwd'],
      auth_time: now,
    })
    expect((claims.exp ?? 0) - now).toBeGreaterThanOrEqual(270)
    expect((claims.exp ?? 0) - now).toBeLessThanOrEqual(330)
  })

  test('has its own id, refresh token and access token, whatever the client brought (S6)', async () => {
    const user = await aUser(app())
    const first = await aSession(app(), { user })
    const second = await aSession(app(), { user })
    expect(second.sessionId).not.toBe(first.sessionId)
    expect(second.refreshToken).not.toBe(first.refreshToken)
    expect(decodeJwt(second.accessToken).jti).not.toBe(decodeJwt(first.accessToken).jti)
  })

  test('announces itself and is on record', async () => {
    const { sessionId, userId } = await aSession(app())
    expect(await app().events()).toContainEqual({
      type: 'session.started',
      subject: sessionId,
      data: { sessionId, userId, amr: ['pwd'] },
    })
    expect(await app().audit()).toContainEqual(
      expect.objectContaining({
        action: 'session.started',
        target: { type: 'session', id: sessionId },
      }),
    )
  })

  test('leaves no refresh token in the database, only its hash (S11)', async () => {
    const { refreshToken, sessionId } = await aSession(app())
    const [, family = '', secret = ''] = refreshToken.split('.')
    const rows = await app().database.asAdmin(
      `select to_jsonb(s)::text || to_jsonb(t)::text as text from identity.sessions s
       join identity.refresh_tokens t on t.session_id = s.id where s.id = $1`,
      [sessionId],
    )
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain(secret)
    expect(JSON.stringify(rows)).not.toContain(family)
  })

  test('ends the oldest of a user who has twenty already', async () => {
    const user = await aUser(app())
    const sessions = []
    for (let count = 0; count < MAX_LIVE_SESSIONS; count++) {
      sessions.push(await aSession(app(), { user }))
      app().clock.advance(1)
    }
    const newest = await aSession(app(), { user })
    const live = await app().database.asAdmin<{ id: string }>(
      'select id from identity.sessions where user_id = $1 and ended_at is null',
      [user.id],
    )
    const ids = [...sessions.slice(1), newest].map(({ sessionId }) => sessionId)
    expect(live.map(({ id }) => id).sort()).toEqual(ids.sort())
  })

  test('never makes more than twenty live ones, however many start at once', async () => {
    const user = await aUser(app())
    await Promise.all(Array.from({ length: 25 }, () => aSession(app(), { user })))
    const [row] = await app().database.asAdmin<{ count: number }>(
      'select count(*)::int from identity.sessions where user_id = $1 and ended_at is null',
      [user.id],
    )
    expect(row?.count).toBe(MAX_LIVE_SESSIONS)
  })

  test('is refused to an account that has closed', async () => {
    const user = await aUser(app())
    await app().database.asAdmin(`update identity.users set status = 'deactivated' where id = $1`, [
      user.id,
    ])
    await expect(aSession(app(), { user })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })
})
