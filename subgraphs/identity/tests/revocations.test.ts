import { describe, expect, test } from '@jest/globals'
import { sessionSubject } from '@logicspike/auth'
import { endSessions } from '../src/modules/sessions/end-session.ts'
import { aSession } from './support/a-session.ts'
import {
  aMember,
  anAddress,
  goodPassword,
  otherPassword,
  run,
} from './support/credential-operations.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'
import { refresh, SIGN_OUT, statusOf } from './support/session-operations.ts'

const app = useIdentityTestApp()

type Bump = { class: string; tenant_id: string | null; data: object }
const toldOf = (sessionId: string) =>
  app().database.asAdmin<Bump>(
    `select class, tenant_id, data from identity.outbox
     where type = 'epoch.bumped' and subject = $1 order by id`,
    [sessionSubject(sessionId)],
  )
const sessionIdOf = (token: string): string =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sid

async function signIn(email: string) {
  const input = { email, password: goodPassword, delivery: 'PAYLOAD' }
  const { payload } = await run(app(), 'signIn', input, { ip: anAddress() })
  return payload.tokens as { accessToken: string; refreshToken: string }
}

/** Signs somebody in twice: here they act, elsewhere they are to be signed out. */
async function twoSessions() {
  const { email } = await aMember(app())
  const here = await signIn(email)
  const elsewhere = await signIn(email)
  return { email, here, elsewhere, sessionId: sessionIdOf(elsewhere.accessToken) }
}
type Two = Awaited<ReturnType<typeof twoSessions>>

const narrowings: Readonly<Record<string, (two: Two) => Promise<unknown>>> = {
  'they sign out': ({ elsewhere }) =>
    app().execute(SIGN_OUT, { input: {} }, { token: elsewhere.accessToken }),
  'they end the session in their list': ({ here, sessionId }) =>
    app().execute(
      'mutation ($input: EndSessionInput!) { endSession(input: $input) { session { id } } }',
      { input: { sessionId } },
      { token: here.accessToken },
    ),
  'they end all other sessions': ({ here }) =>
    app().execute('mutation { endOtherSessions { endedCount } }', {}, { token: here.accessToken }),
  'they change their password': ({ here }) =>
    run(
      app(),
      'changePassword',
      { currentPassword: goodPassword, newPassword: otherPassword },
      { token: here.accessToken },
    ),
  'a refresh token is used that was used before': async ({ elsewhere }) => {
    await refresh(app(), elsewhere.refreshToken)
    app().clock.advance(120)
    await refresh(app(), elsewhere.refreshToken)
  },
  'they deactivate their account': ({ email, here }) =>
    run(app(), 'deactivateAccount', { email }, { token: here.accessToken }),
}

describe('verifiers are told, in the transaction of the change, that a session is over when', () => {
  test.each(Object.entries(narrowings))('%s', async (_, act) => {
    const two = await twoSessions()
    const subject = sessionSubject(two.sessionId)
    expect(await toldOf(two.sessionId)).toEqual([])
    await act(two)
    expect(await toldOf(two.sessionId)).toEqual([
      {
        class: 'internal',
        tenant_id: null,
        data: { subject, epoch: 1, bumpedAt: app().clock.now().toISOString() },
      },
    ])
    await app().learnRevocations()
    expect(await statusOf(app(), two.elsewhere.accessToken)).toBe('UNAUTHENTICATED')
  })
})

test('a session whose end is rolled back is told of to nobody', async () => {
  const { sessionId, userId } = await aSession(app())
  const failing = app().transaction(async (tx) => {
    await endSessions(tx, { userId, reason: 'password-changed' })
    throw new Error('changed my mind')
  })
  await expect(failing).rejects.toThrow('changed my mind')
  expect(await toldOf(sessionId)).toEqual([])
})
