import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { endSessions } from '../src/modules/sessions/end-session.ts'
import { raiseSession } from '../src/modules/sessions/raise-session.ts'
import { REFRESH_COOKIE } from '../src/modules/sessions/refresh-cookie.ts'
import { startSession } from '../src/modules/sessions/start-session.ts'
import { aSession, aUser, type TestSession } from './support/a-session.ts'
import {
  createIdentityTestApp,
  testConfig,
  useIdentityTestApp,
} from './support/identity-test-app.ts'
import { somebodyWaitsForALock } from './support/locks.ts'
import { refresh, SIGN_OUT, statusOf } from './support/session-operations.ts'

const app = useIdentityTestApp()
const [origin = ''] = testConfig.allowedOrigins

const END_SESSION = `mutation ($input: EndSessionInput!) {
  endSession(input: $input) { session { id } userErrors { __typename } }
}`
const END_OTHERS = `mutation { endOtherSessions { endedCount userErrors { __typename } } }`

/** Both tokens of a session are dead, the access token once verifiers have asked. */
async function expectEnded({ accessToken, refreshToken }: TestSession) {
  await app().learnRevocations()
  expect(await statusOf(app(), accessToken)).toBe('UNAUTHENTICATED')
  const answer = await refresh(app(), refreshToken)
  expect(answer.data.refreshSession.userErrors[0]?.__typename).toBe('SessionEndedError')
}

async function expectLive({ accessToken, refreshToken }: TestSession) {
  await app().learnRevocations()
  expect(await statusOf(app(), accessToken)).toBe('OK')
  const answer = await refresh(app(), refreshToken)
  expect(answer.data.refreshSession.userErrors).toEqual([])
}

describe('signOut (S3)', () => {
  test('ends the session of the access token', async () => {
    const session = await aSession(app())
    const answer = await app().execute(SIGN_OUT, { input: {} }, { token: session.accessToken })
    expect(answer.data.signOut).toEqual({ signedOut: true, userErrors: [] })
    await expectEnded(session)
  })

  test('ends the session of the cookie and makes the browser forget it', async () => {
    const session = await aSession(app(), { delivery: 'COOKIE' })
    const cookies = { [REFRESH_COOKIE]: session.refreshToken }
    const answer = await app().execute(SIGN_OUT, { input: {} }, { cookies, origin })
    expect(answer.data.signOut.signedOut).toBe(true)
    expect(answer.cookies).toEqual({ [REFRESH_COOKIE]: null })
    await expectEnded(session)
  })

  test('ends the session of a refresh token in the input', async () => {
    const session = await aSession(app())
    await app().execute(SIGN_OUT, { input: { refreshToken: session.refreshToken } })
    await expectEnded(session)
  })

  test('has no replay window: a token used a moment ago ends its session', async () => {
    const session = await aSession(app())
    const successor = await refresh(app(), session.refreshToken)
    await app().execute(SIGN_OUT, { input: { refreshToken: session.refreshToken } })
    await expectEnded({
      ...session,
      refreshToken: successor.data.refreshSession.tokens.refreshToken,
    })
  })

  test('leaves no replay to a token used a moment before it', async () => {
    const session = await aSession(app())
    await refresh(app(), session.refreshToken)
    await app().execute(SIGN_OUT, { input: {} }, { token: session.accessToken })
    await expectEnded(session)
  })

  test.each([{}, { refreshToken: 'no-token' }])(
    'with nothing to end is fine too: %j',
    async (input) => {
      const answer = await app().execute(SIGN_OUT, { input })
      expect(answer.data.signOut).toEqual({ signedOut: true, userErrors: [] })
    },
  )

  test('twice is fine, and on record once', async () => {
    const { refreshToken, sessionId } = await aSession(app())
    await Promise.all([1, 2, 3].map(() => app().execute(SIGN_OUT, { input: { refreshToken } })))
    const revocations = (await app().events()).filter(
      ({ type, subject }) => type === 'session.revoked' && subject === sessionId,
    )
    expect(revocations.map(({ data }) => data.reason)).toEqual(['signed-out'])
  })

  test('leaves other sessions of the user alone', async () => {
    const user = await aUser(app())
    const [one, other] = [await aSession(app(), { user }), await aSession(app(), { user })]
    await app().execute(SIGN_OUT, { input: {} }, { token: one.accessToken })
    await expectLive(other)
  })
})

describe('endSession', () => {
  test('ends another session of the same user', async () => {
    const user = await aUser(app())
    const [mine, lost] = [await aSession(app(), { user }), await aSession(app(), { user })]
    const answer = await app().execute(
      END_SESSION,
      { input: { sessionId: lost.sessionId } },
      { token: mine.accessToken },
    )
    expect(answer.data.endSession).toEqual({ session: { id: lost.sessionId }, userErrors: [] })
    await expectEnded(lost)
    await expectLive(mine)
  })

  test.each([
    'of somebody else',
    'that does not exist',
    'that has ended',
    'of another kind',
    'with a NUL',
  ])('answers NOT_FOUND for a session %s', async (which) => {
    const user = await aUser(app())
    const mine = await aSession(app(), { user })
    const stranger = await aSession(app())
    const ended = await aSession(app(), { user })
    await app().execute(SIGN_OUT, { input: {} }, { token: ended.accessToken })
    const ids: Record<string, string> = {
      'of somebody else': stranger.sessionId,
      'that does not exist': newId('session'),
      'that has ended': ended.sessionId,
      'of another kind': user.id,
      'with a NUL': 'ses_\u0000',
    }
    const answer = await app().execute(
      END_SESSION,
      { input: { sessionId: ids[which] } },
      { token: mine.accessToken },
    )
    expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND'])
    await expectLive(stranger)
  })

  test('needs somebody who is signed in', async () => {
    const { sessionId } = await aSession(app())
    const answer = await app().execute(END_SESSION, { input: { sessionId } })
    expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED'])
  })
})

describe('endOtherSessions', () => {
  test('ends all sessions of the user but the one it is asked from', async () => {
    const user = await aUser(app())
    const mine = await aSession(app(), { user })
    const others = [await aSession(app(), { user }), await aSession(app(), { user })]
    const stranger = await aSession(app())
    const answer = await app().execute(END_OTHERS, {}, { token: mine.accessToken })
    expect(answer.data.endOtherSessions).toEqual({ endedCount: 2, userErrors: [] })
    for (const other of others) await expectEnded(other)
    await expectLive(mine)
    await expectLive(stranger)
  })
})

describe('endSessions, in the transaction of what makes sessions unsafe (S3)', () => {
  test.each([
    'password-changed',
    'second-factor-changed',
    'account-deactivated',
    'account-deleted',
  ] as const)('after %s every session is dead', async (reason) => {
    const user = await aUser(app())
    const sessions = [await aSession(app(), { user }), await aSession(app(), { user })]
    await app().transaction((tx) => endSessions(tx, { userId: user.id, reason }))
    for (const session of sessions) await expectEnded(session)
  })

  test('undoes nothing by halves: a rollback leaves the sessions live', async () => {
    const session = await aSession(app())
    const failing = app().transaction(async (tx) => {
      await endSessions(tx, { userId: session.userId, reason: 'password-changed' })
      throw new Error('the change failed')
    })
    await expect(failing).rejects.toThrow('the change failed')
    await expectLive(session)
  })

  test('misses no session that is just starting', async () => {
    const user = await aUser(app())
    const begun = Promise.withResolvers<void>()
    const mayCommit = Promise.withResolvers<void>()
    const starting = app().transaction(async (tx) => {
      await startSession(tx, { userId: user.id, amr: ['pwd'], delivery: 'PAYLOAD' })
      begun.resolve()
      await mayCommit.promise
    })
    await begun.promise
    const ending = app().transaction((tx) =>
      endSessions(tx, { userId: user.id, reason: 'password-changed' }),
    )
    await somebodyWaitsForALock(app().database)
    mayCommit.resolve()
    await starting
    expect(await ending).toBe(1)
  })
})

describe('raiseSession (S6)', () => {
  test('gives tokens that say more, and a refresh token of another family', async () => {
    const session = await aSession(app())
    app().clock.advance(5)
    const raised = await app().transaction((tx) =>
      raiseSession(tx, { sessionId: session.sessionId, amr: ['otp', 'mfa'] }),
    )
    expect(raised.session.amr).toEqual(['mfa', 'otp', 'pwd'])
    expect(raised.session.authTime).toEqual(app().clock.now())
    expect(raised.refreshToken?.split('.')[1]).not.toBe(session.refreshToken.split('.')[1])
    await expectLive({ ...session, refreshToken: raised.refreshToken ?? '' })
  })

  test('leaves nothing to the refresh token of before, and forgives a request on its way', async () => {
    const session = await aSession(app())
    const raised = await app().transaction((tx) =>
      raiseSession(tx, { sessionId: session.sessionId, amr: ['otp', 'mfa'] }),
    )
    const answer = await refresh(app(), session.refreshToken)
    expect(answer.data.refreshSession.tokens).toBeNull()
    await expectLive({ ...session, refreshToken: raised.refreshToken ?? '' })
  })

  test('ends the session when the refresh token of before comes later', async () => {
    const session = await aSession(app())
    await app().transaction((tx) =>
      raiseSession(tx, { sessionId: session.sessionId, amr: ['otp', 'mfa'] }),
    )
    app().clock.advance(11)
    await refresh(app(), session.refreshToken)
    await expectEnded(session)
  })
})

describe('a verifier that starts just after a revocation (S9)', () => {
  test('knows of it before it answers', async () => {
    const session = await aSession(app())
    await app().execute(SIGN_OUT, { input: {} }, { token: session.accessToken })
    const restarted = await createIdentityTestApp({ attachTo: app() })
    try {
      expect(await statusOf(restarted, session.accessToken)).toBe('UNAUTHENTICATED')
    } finally {
      await restarted.close()
    }
  })
})
