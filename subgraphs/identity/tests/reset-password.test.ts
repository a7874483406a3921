import { describe, expect, test } from '@jest/globals'
import { aTotp } from './support/a-second-factor.ts'
import { aUser } from './support/a-session.ts'
import {
  aMember,
  anAddress,
  anEmail,
  countingHasher,
  goodPassword,
  mailsTo,
  otherPassword,
  run,
  tokenMailedTo,
} from './support/credential-operations.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'
import { refresh, statusOf } from './support/session-operations.ts'

const hasher = countingHasher()
const app = useIdentityTestApp({ passwords: hasher })

const ask = (email: string, headers: Readonly<Record<string, string>> = {}) =>
  run(app(), 'requestPasswordReset', { email }, { ip: anAddress(), headers })

const reset = (token: string, newPassword = otherPassword) =>
  run(app(), 'resetPassword', { token, newPassword }, { ip: anAddress() })

const signIn = (input: Readonly<Record<string, unknown>>) =>
  run(app(), 'signIn', { delivery: 'PAYLOAD', ...input }, { ip: anAddress() })

/** Somebody who forgot their password and has the mail. */
async function aForgetfulMember() {
  const { email, password } = await aMember(app())
  await ask(email)
  return { email, password, token: await tokenMailedTo(app(), email) }
}

const invalid = ['InvalidTokenError']

describe('asking for a new password', () => {
  test('A4: answers and works the same for an address with and without an account', async () => {
    const { email: known } = await aMember(app())
    const outcomes = []
    for (const email of [known, anEmail(), (await aUser(app())).email ?? '']) {
      const [mails, records] = [(await mailsTo(app(), email)).length, (await app().audit()).length]
      const { answer } = await ask(email)
      const tokens = await app().database.asAdmin(
        `select from identity.email_tokens where email = $1 and purpose = 'reset-password'`,
        [email],
      )
      outcomes.push({
        answer: JSON.stringify(answer).replaceAll(email, 'the address'),
        mails: (await mailsTo(app(), email)).length - mails,
        records: (await app().audit()).length - records,
        tokens: tokens.length,
      })
    }
    expect(outcomes[0]).toMatchObject({ mails: 1, records: 1, tokens: 1 })
    for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0])
  })

  test('A7: leads to the configured console, whatever the request says of its host', async () => {
    const { email } = await aMember(app())
    await ask(email, {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example',
      origin: 'https://evil.example',
      referer: 'https://evil.example/',
    })
    const mail = (await mailsTo(app(), email)).at(-1)
    expect(mail?.text).toMatch(/http:\/\/console\.test\/reset-password\?token=[\w-]{43}/)
    expect(JSON.stringify(mail)).not.toContain('evil')
  })
})

describe('setting a new password', () => {
  test('replaces the old one, and signs nobody in', async () => {
    const { email, password, token } = await aForgetfulMember()
    const { payload, answer } = await reset(token)
    expect(payload).toEqual({ email, deviceToken: null, userErrors: [] })
    expect(Object.keys(answer.cookies)).toEqual(['__Host-ls_device'])
    expect((await signIn({ email, password })).refusals).toEqual(['InvalidCredentialsError'])
    expect((await signIn({ email, password: otherPassword })).refusals).toEqual([])
  })

  test('A7: ends all sessions', async () => {
    const { email, password, token } = await aForgetfulMember()
    const { payload } = await signIn({ email, password })
    await reset(token)
    const { data } = await refresh(app(), payload.tokens.refreshToken)
    expect(data.refreshSession.userErrors[0].__typename).toBe('SessionEndedError')
    await app().learnRevocations()
    expect(await statusOf(app(), payload.tokens.accessToken)).toBe('UNAUTHENTICATED')
  })

  test('A7: does not skip the second factor', async () => {
    const { email, password, token } = await aForgetfulMember()
    const { payload } = await signIn({ email, password })
    await aTotp(app(), { accessToken: payload.tokens.accessToken })
    await reset(token)
    const after = await signIn({ email, password: otherPassword })
    expect(after.payload).toMatchObject({
      tokens: null,
      secondFactor: { token: expect.any(String) },
    })
  })

  test('A7: makes a sign-in void that waits for its second step', async () => {
    const { email, password, token } = await aForgetfulMember()
    const { payload } = await signIn({ email, password })
    const { recoveryCodes } = await aTotp(app(), { accessToken: payload.tokens.accessToken })
    const waiting = (await signIn({ email, password })).payload.secondFactor.token
    await reset(token)
    const answer = await app().execute(
      `mutation ($input: CompleteSignInInput!) {
        completeSignIn(input: $input) { tokens { accessToken } userErrors { __typename } }
      }`,
      { input: { challengeToken: waiting, recoveryCode: recoveryCodes[0] } },
    )
    expect(answer.data.completeSignIn).toEqual({
      tokens: null,
      userErrors: [{ __typename: 'ChallengeExpiredError' }],
    })
  })

  test('A7: works once, also when tried many times at the same moment', async () => {
    const { token } = await aForgetfulMember()
    const tries = await Promise.all(Array.from({ length: 6 }, () => reset(token)))
    expect(tries.filter(({ refusals }) => refusals.length === 0)).toHaveLength(1)
    expect(tries.flatMap(({ codes }) => codes)).toEqual([])
    expect((await reset(token)).refusals).toEqual(invalid)
  })

  test('A7: works for half an hour', async () => {
    const [early, late] = [await aForgetfulMember(), await aForgetfulMember()]
    app().clock.advance(30 * 60 - 5)
    expect((await reset(early.token)).refusals).toEqual([])
    app().clock.advance(5)
    expect((await reset(late.token)).refusals).toEqual(invalid)
  })

  test('A7: works with the newest mail only', async () => {
    const { email, token } = await aForgetfulMember()
    await ask(email)
    expect((await reset(token)).refusals).toEqual(invalid)
    expect((await reset(await tokenMailedTo(app(), email))).refusals).toEqual([])
  })

  test('A7: is dead after the address has changed', async () => {
    const { email, password, token } = await aForgetfulMember()
    const accessToken = (await signIn({ email, password })).payload.tokens.accessToken
    const newEmail = anEmail()
    await run(app(), 'requestEmailChange', { newEmail }, { token: accessToken })
    const confirmation = { token: await tokenMailedTo(app(), newEmail) }
    const moved = await run(app(), 'confirmEmailChange', confirmation, { token: accessToken })
    expect(moved.refusals).toEqual([])
    expect((await reset(token)).refusals).toEqual(invalid)
  })

  test('stops a change of address that was under way', async () => {
    const { email, password } = await aMember(app())
    const thief = (await signIn({ email, password })).payload.tokens.accessToken
    const newEmail = anEmail()
    await run(app(), 'requestEmailChange', { newEmail }, { token: thief })
    const planted = await tokenMailedTo(app(), newEmail)
    await ask(email)
    await reset(await tokenMailedTo(app(), email))
    const owner = (await signIn({ email, password: otherPassword })).payload.tokens.accessToken
    const confirmed = await run(app(), 'confirmEmailChange', { token: planted }, { token: owner })
    expect(confirmed.refusals).toEqual(invalid)
  })

  test('does not use up the token for a weak password, and hashes nothing for a wrong token', async () => {
    const { email, token } = await aForgetfulMember()
    const before = hasher.count
    expect((await reset(token, 'password1')).refusals).toEqual(['WeakPasswordError'])
    expect((await reset(token, `${email}!`)).refusals).toEqual(['WeakPasswordError'])
    expect((await reset('x'.repeat(43))).refusals).toEqual(invalid)
    expect(hasher.count).toBe(before)
    expect((await reset(token)).refusals).toEqual([])
  })

  test('gives a password to an account that had none', async () => {
    const { email } = await aUser(app())
    await ask(email ?? '')
    await reset(await tokenMailedTo(app(), email ?? ''))
    expect((await signIn({ email, password: otherPassword })).refusals).toEqual([])
  })

  test('verifies the address, whose mail was just read, and locks out who signed it up', async () => {
    const email = anEmail()
    await run(app(), 'signUp', { email, password: goodPassword, displayName: 'Eve' })
    const planted = await tokenMailedTo(app(), email)
    await ask(email)
    await reset(await tokenMailedTo(app(), email))
    expect((await signIn({ email, password: goodPassword })).refusals).toEqual([
      'InvalidCredentialsError',
    ])
    expect((await signIn({ email, password: otherPassword })).refusals).toEqual([])
    expect((await run(app(), 'verifyEmail', { token: planted })).refusals).toEqual(invalid)
  })

  test('tells the owner by mail, and listeners by an event', async () => {
    const { email, token } = await aForgetfulMember()
    await reset(token)
    expect((await mailsTo(app(), email)).at(-1)?.subject).toBe('Your password was changed')
    const event = (await app().events()).find(
      ({ type, data }) => type === 'user.password_changed' && data.by === 'reset',
    )
    expect(event?.subject).toMatch(/^usr_/)
  })
})
