import { describe, expect, test } from '@jest/globals'
import { aSession } from './support/a-session.ts'
import {
  aMember,
  anAddress,
  aStaleToken,
  countingHasher,
  goodPassword,
  mailsTo,
  otherPassword,
  run,
} from './support/credential-operations.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'
import { refresh, statusOf } from './support/session-operations.ts'

const hasher = countingHasher()
const app = useIdentityTestApp({ passwords: hasher })

const signIn = (input: Readonly<Record<string, unknown>>) =>
  run(app(), 'signIn', { delivery: 'PAYLOAD', ...input }, { ip: anAddress() })

async function aSignedInMember() {
  const member = await aMember(app())
  const { payload } = await signIn(member)
  return { ...member, tokens: payload.tokens, token: payload.tokens.accessToken as string }
}

const change = (token: string | undefined, input: Readonly<Record<string, unknown>> = {}) =>
  run(
    app(),
    'changePassword',
    { currentPassword: goodPassword, newPassword: otherPassword, ...input },
    { token },
  )

describe('changing the password', () => {
  test('keeps this session and ends the others', async () => {
    const { email, token, tokens } = await aSignedInMember()
    const elsewhere = (await signIn({ email, password: goodPassword })).payload.tokens
    expect((await change(token)).payload).toMatchObject({ user: { hasPassword: true } })
    await app().learnRevocations()
    expect(await statusOf(app(), token)).toBe('OK')
    expect(await statusOf(app(), elsewhere.accessToken)).toBe('UNAUTHENTICATED')
    const own = await refresh(app(), tokens.refreshToken)
    expect(own.data.refreshSession.userErrors).toEqual([])
    const other = await refresh(app(), elsewhere.refreshToken)
    expect(other.data.refreshSession.userErrors[0].__typename).toBe('SessionEndedError')
    expect((await signIn({ email, password: goodPassword })).refusals).toEqual([
      'InvalidCredentialsError',
    ])
    expect((await signIn({ email, password: otherPassword })).refusals).toEqual([])
    expect((await mailsTo(app(), email)).at(-1)?.subject).toBe('Your password was changed')
  })

  test.each([
    ['a wrong current password', { currentPassword: otherPassword }, ['WrongPasswordError']],
    ['no current password', { currentPassword: null }, ['WrongPasswordError']],
    ['a huge current password', { currentPassword: 'x'.repeat(1e6) }, ['WrongPasswordError']],
    ['a weak new password', { newPassword: 'password1' }, ['WeakPasswordError']],
    ['a huge new password', { newPassword: 'x'.repeat(1e6) }, ['WeakPasswordError']],
  ])('refuses %s and changes nothing', async (_, input, refusals) => {
    const { email, token } = await aSignedInMember()
    expect((await change(token, input)).refusals).toEqual(refusals)
    expect((await signIn({ email, password: goodPassword })).refusals).toEqual([])
  })

  test('asks who has no password for a proof of a moment ago instead', async () => {
    const { userId, accessToken } = await aSession(app(), { amr: ['fed'] })
    const input = { currentPassword: null }
    const stale = await change(await aStaleToken(app(), userId), input)
    expect(stale.refusals).toEqual(['ReauthenticationRequiredError'])
    const fresh = await change(accessToken, input)
    expect(fresh.payload).toMatchObject({ user: { hasPassword: true }, userErrors: [] })
  })

  test('lets one of two changes at the same time win, and tells the other', async () => {
    const { email, token } = await aSignedInMember()
    const passwords = ['seven green kettles whistle', 'three blue lanterns hum']
    const both = await Promise.all(passwords.map((newPassword) => change(token, { newPassword })))
    expect(both.flatMap(({ codes }) => codes)).toEqual(['CONFLICT'])
    const winner = passwords[both[0]?.codes.length === 0 ? 0 : 1]
    expect((await signIn({ email, password: winner })).refusals).toEqual([])
  })

  test('is for people who are signed in', async () => {
    expect((await change(undefined)).codes).toEqual(['UNAUTHENTICATED'])
  })
})
