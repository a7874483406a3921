import { expect, test } from '@jest/globals'
import { aSession } from './support/a-session.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'
import { refresh, SIGN_OUT } from './support/session-operations.ts'

const app = useIdentityTestApp()
const DAY = 86_400

const count = async (table: string, sessionId: string) => {
  const column = table === 'sessions' ? 'id' : 'session_id'
  const rows = await app().database.asAdmin(`select from identity.${table} where ${column} = $1`, [
    sessionId,
  ])
  return rows.length
}

test('generations of a refresh token go an hour after they were used, the current one stays', async () => {
  const { refreshToken, sessionId } = await aSession(app())
  const successor = (await refresh(app(), refreshToken)).data.refreshSession.tokens.refreshToken
  app().clock.advance(3600)
  await app().app.jobs.runNow()
  expect(await count('refresh_tokens', sessionId)).toBe(2)
  app().clock.advance(1)
  await app().app.jobs.runNow()
  expect(await count('refresh_tokens', sessionId)).toBe(1)
  const answer = await refresh(app(), successor)
  expect(answer.data.refreshSession.userErrors).toEqual([])
})

test('sessions go a week after they ended or expired, with their tokens; live ones stay', async () => {
  const ended = await aSession(app())
  const live = await aSession(app())
  await app().execute(SIGN_OUT, { input: {} }, { token: ended.accessToken })
  app().clock.advance(7 * DAY - 1)
  await app().app.jobs.runNow()
  expect(await count('sessions', ended.sessionId)).toBe(1)
  app().clock.advance(2)
  await app().app.jobs.runNow()
  expect(await count('sessions', ended.sessionId)).toBe(0)
  expect(await count('refresh_tokens', ended.sessionId)).toBe(0)
  expect(await count('sessions', live.sessionId)).toBe(1)
  app().clock.advance(14 * DAY)
  await app().app.jobs.runNow()
  expect(await count('sessions', live.sessionId)).toBe(0)
})
