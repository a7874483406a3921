import { describe, expect, test } from '@jest/globals'
import { aSession, aUser } from './support/a-session.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'
import { refresh, statusOf } from './support/session-operations.ts'

const app = useIdentityTestApp()
const DAY = 86_400

const sessionEnded = {
  __typename: 'SessionEndedError',
  message: 'The session has ended. Sign in again.',
  path: ['refreshToken'],
}

async function expectRefused(refreshToken: string, request = {}) {
  const answer = await refresh(app(), refreshToken, request)
  expect(answer.data.refreshSession).toEqual({ tokens: null, userErrors: [sessionEnded] })
}

async function expectRefreshed(refreshToken: string, request = {}): Promise<string> {
  const answer = await refresh(app(), refreshToken, request)
  expect(answer.data.refreshSession.userErrors).toEqual([])
  return answer.data.refreshSession.tokens.refreshToken
}

const endReason = async (sessionId: string) => {
  const [row] = await app().database.asAdmin<{ end_reason: string | null }>(
    'select end_reason from identity.sessions where id = $1',
    [sessionId],
  )
  return row?.end_reason
}

describe('refreshSession', () => {
  test('gives the next tokens of the same session', async () => {
    const { refreshToken, sessionId } = await aSession(app())
    const answer = await refresh(app(), refreshToken)
    expect(answer.data.refreshSession).toEqual({
      tokens: {
        accessToken: expect.any(String),
        expiresAt: expect.any(String),
        refreshToken: expect.stringContaining(sessionId),
        workspace: null,
        session: { id: sessionId },
      },
      userErrors: [],
    })
    expect(answer.data.refreshSession.tokens.refreshToken).not.toBe(refreshToken)
    expect(await statusOf(app(), answer.data.refreshSession.tokens.accessToken)).toBe('OK')
  })

  test.each([
    '',
    'no-token',
    'a.b.c',
    `ses_01m83gaez9e5fvj2405ss0rsjf.${'f'.repeat(22)}.${'s'.repeat(43)}`,
  ])('refuses %j, which was never a token', async (refreshToken) => {
    const answer = await refresh(app(), refreshToken)
    expect(answer.data.refreshSession.tokens).toBeNull()
    expect(answer.data.refreshSession.userErrors[0].__typename).toBe('SessionEndedError')
  })

  test('refuses an invented token of a real session and leaves the session alone', async () => {
    const { refreshToken, sessionId } = await aSession(app())
    await expectRefused(`${sessionId}.${'f'.repeat(22)}.${'s'.repeat(43)}`)
    await expectRefreshed(refreshToken)
  })

  test('refuses a token without telling of it: no refresh token stands in an error', async () => {
    const answer = await refresh(app(), 'no-token')
    expect(JSON.stringify(answer.data)).not.toContain('no-token')
  })
})

describe('parallel refreshes (S2)', () => {
  test.each([2, 3, 20])('%i at once get one successor, and all are signed in', async (count) => {
    const { refreshToken, sessionId } = await aSession(app())
    const answers = await Promise.all(
      Array.from({ length: count }, () => refresh(app(), refreshToken)),
    )
    const tokens = answers.map(({ data }) => data.refreshSession.tokens)
    expect(new Set(tokens.map((it) => it.refreshToken)).size).toBe(1)
    const statuses = await Promise.all(tokens.map((it) => statusOf(app(), it.accessToken)))
    expect(new Set(statuses)).toEqual(new Set(['OK']))
    const rows = await app().database.asAdmin(
      'select 1 from identity.refresh_tokens where session_id = $1',
      [sessionId],
    )
    expect(rows).toHaveLength(2)
    expect(await endReason(sessionId)).toBeNull()
  })

  test('an answer that overtakes another leads to the newest token', async () => {
    const { refreshToken } = await aSession(app())
    const second = await expectRefreshed(refreshToken)
    const third = await expectRefreshed(second)
    expect(await expectRefreshed(refreshToken)).toBe(third)
    app().clock.advance(60)
    await expectRefreshed(third)
  })
})

describe('a token that comes again (S1)', () => {
  test('within ten seconds from the same client gets the same successor', async () => {
    const { refreshToken } = await aSession(app())
    const successor = await expectRefreshed(refreshToken)
    app().clock.advance(9.9)
    expect(await expectRefreshed(refreshToken)).toBe(successor)
  })

  test.each([
    ['after ten seconds', 10, {}],
    ['within the window from another network', 1, { ip: '198.51.100.9' }],
    ['within the window from another browser', 1, { userAgent: 'curl/8' }],
  ])('%s ends the session', async (_, seconds, request) => {
    const { refreshToken, sessionId } = await aSession(app())
    const successor = await expectRefreshed(refreshToken)
    app().clock.advance(seconds)
    await expectRefused(refreshToken, request)
    expect(await endReason(sessionId)).toBe('refresh-token-reused')
    await expectRefused(successor)
  })

  test('weeks and many generations later is still recognised', async () => {
    const { refreshToken, sessionId } = await aSession(app())
    let current = refreshToken
    for (let day = 0; day < 20; day += 10) {
      current = await expectRefreshed(current)
      app().clock.advance(10 * DAY)
    }
    await app().database.asAdmin(
      'delete from identity.refresh_tokens where consumed_at is not null',
    )
    await expectRefused(refreshToken)
    expect(await endReason(sessionId)).toBe('refresh-token-reused')
  })

  test('kills the access tokens of the session, is on record, and its owner gets a mail', async () => {
    const user = await aUser(app())
    const { refreshToken, sessionId, accessToken } = await aSession(app(), { user })
    const other = await aSession(app(), { user })
    await expectRefreshed(refreshToken)
    app().clock.advance(11)
    expect(await statusOf(app(), accessToken)).toBe('OK')
    await expectRefused(refreshToken)
    await app().learnRevocations()
    expect(await statusOf(app(), accessToken)).toBe('UNAUTHENTICATED')
    expect(await statusOf(app(), other.accessToken)).toBe('OK')
    expect(await app().audit()).toContainEqual(
      expect.objectContaining({
        action: 'session.refresh_token_reused',
        outcome: 'refused',
        target: { type: 'session', id: sessionId },
        ip: '203.0.113.7',
      }),
    )
    expect((await app().events()).at(-1)).toMatchObject({
      type: 'session.revoked',
      data: { sessionId, reason: 'refresh-token-reused' },
    })
    const mails = (await app().mails()).filter(({ to }) => to === user.email)
    expect(mails.map(({ subject }) => subject)).toEqual(['We ended one of your sessions'])
    expect(mails[0]?.text).toContain('http://console.test/account/sessions')
    expect(JSON.stringify(mails)).not.toContain(refreshToken)
  })

  test('by twenty callers at once ends the session once', async () => {
    const { refreshToken, userId } = await aSession(app())
    await expectRefreshed(refreshToken)
    app().clock.advance(11)
    await Promise.all(Array.from({ length: 20 }, () => expectRefused(refreshToken)))
    const revocations = (await app().events()).filter(
      ({ type, data }) => type === 'session.revoked' && data.userId === userId,
    )
    expect(revocations).toHaveLength(1)
  })
})

describe('a token of another client (S4)', () => {
  test('the cookie of a browser is no token for the payload', async () => {
    const { refreshToken, sessionId } = await aSession(app(), { delivery: 'COOKIE' })
    await expectRefused(refreshToken)
    expect(await endReason(sessionId)).toBeNull()
  })

  test('the token of a foreign client is refused', async () => {
    const { refreshToken } = await aSession(app(), { clientId: 'another-app' })
    await expectRefused(refreshToken)
  })
})

describe('expiry (S5)', () => {
  test('a session that idles for fourteen days ends', async () => {
    const { refreshToken } = await aSession(app())
    app().clock.advance(14 * DAY - 1)
    const next = await expectRefreshed(refreshToken)
    app().clock.advance(14 * DAY)
    await expectRefused(next)
  })

  test('a session in constant use ends after thirty days', async () => {
    let { refreshToken } = await aSession(app())
    for (let day = 0; day < 29; day++) {
      app().clock.advance(DAY)
      refreshToken = await expectRefreshed(refreshToken)
    }
    app().clock.advance(DAY)
    await expectRefused(refreshToken)
  })

  test('an access token ends with its session at the latest', async () => {
    const { refreshToken } = await aSession(app())
    app().clock.advance(14 * DAY - 10)
    const second = await expectRefreshed(refreshToken)
    app().clock.advance(14 * DAY - 10)
    const third = await expectRefreshed(second)
    app().clock.advance(2 * DAY)
    const answer = await refresh(app(), third)
    const { expiresAt } = answer.data.refreshSession.tokens
    const seconds = (new Date(expiresAt).getTime() - app().clock.now().getTime()) / 1000
    expect(Math.ceil(seconds)).toBe(20)
  })

  test('a token for a session that has expired is no sign of a copy', async () => {
    const { refreshToken, sessionId } = await aSession(app())
    await expectRefreshed(refreshToken)
    app().clock.advance(31 * DAY)
    await expectRefused(refreshToken)
    expect(await endReason(sessionId)).toBeNull()
  })
})
