import { describe, expect, test } from '@jest/globals'
import {
  aMember,
  anAddress,
  anEmail,
  aStaleToken,
  countingHasher,
  goodPassword,
  mailsTo,
  run,
  tokenMailedTo,
  userIdOf,
} from './support/credential-operations.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'

const app = useIdentityTestApp({ passwords: countingHasher() })

const signIn = async (email: string) => {
  const input = { email, password: goodPassword, delivery: 'PAYLOAD' }
  return run(app(), 'signIn', input, { ip: anAddress() })
}

async function aSignedInMember() {
  const { email } = await aMember(app())
  const { payload } = await signIn(email)
  return { email, token: payload.tokens.accessToken as string }
}

const ask = (token: string | undefined, newEmail: string) =>
  run(app(), 'requestEmailChange', { newEmail }, { token, ip: anAddress() })

const confirm = (token: string | undefined, mailed: string) =>
  run(app(), 'confirmEmailChange', { token: mailed }, { token, ip: anAddress() })

const invalid = ['InvalidTokenError']

describe('moving to another address', () => {
  test('takes a confirmation from the new mailbox, and warns the old one twice', async () => {
    const { email, token } = await aSignedInMember()
    const newEmail = anEmail()
    expect((await ask(token, newEmail.toUpperCase())).payload).toEqual({
      email: newEmail,
      userErrors: [],
    })
    expect((await signIn(email)).refusals).toEqual([])
    const { payload } = await confirm(token, await tokenMailedTo(app(), newEmail))
    expect(payload.user).toMatchObject({ email: newEmail, emailVerified: true })
    expect((await signIn(email)).refusals).toEqual(['InvalidCredentialsError'])
    expect((await signIn(newEmail)).refusals).toEqual([])
    const subjects = (await mailsTo(app(), email)).map(({ subject }) => subject)
    expect(subjects.slice(-2)).toEqual([
      'A change of your e-mail address was requested',
      'Your e-mail address was changed',
    ])
    expect((await app().events()).map(({ type }) => type)).toContain('user.email_changed')
  })

  test('A4: answers and writes alike whether the address has an account or not', async () => {
    const { token, email: own } = await aSignedInMember()
    const outcomes = []
    for (const newEmail of [(await aMember(app())).email, anEmail()]) {
      const [mails, warnings] = [
        (await mailsTo(app(), newEmail)).length,
        (await mailsTo(app(), own)).length,
      ]
      const { answer } = await ask(token, newEmail)
      outcomes.push({
        answer: JSON.stringify(answer).replaceAll(newEmail, 'the address'),
        mails: (await mailsTo(app(), newEmail)).length - mails,
        warnings: (await mailsTo(app(), own)).length - warnings,
      })
    }
    expect(outcomes[0]).toEqual(outcomes[1])
    expect(outcomes[0]).toMatchObject({ mails: 1, warnings: 1 })
  })

  test('does not take an address that somebody else has', async () => {
    const { token } = await aSignedInMember()
    const { email: taken } = await aMember(app())
    await ask(token, taken)
    const mail = (await mailsTo(app(), taken)).at(-1)
    expect(mail?.subject).toBe('This address has an account already')
    expect(mail?.text).not.toContain('token=')
  })

  test('does not take an address that was taken meanwhile', async () => {
    const { token } = await aSignedInMember()
    const newEmail = anEmail()
    await ask(token, newEmail)
    const mailed = await tokenMailedTo(app(), newEmail)
    await run(app(), 'signUp', {
      email: newEmail,
      password: goodPassword,
      displayName: 'Quick',
    })
    expect((await confirm(token, mailed)).refusals).toEqual(invalid)
  })

  test('takes the token of one account in that account only', async () => {
    const [one, other] = [await aSignedInMember(), await aSignedInMember()]
    const newEmail = anEmail()
    await ask(one.token, newEmail)
    const mailed = await tokenMailedTo(app(), newEmail)
    expect((await confirm(other.token, mailed)).refusals).toEqual(invalid)
    expect((await confirm(undefined, mailed)).codes).toEqual(['UNAUTHENTICATED'])
    expect((await confirm(one.token, mailed)).refusals).toEqual([])
  })

  test('works once, for an hour, and with the newest mail only', async () => {
    const { token } = await aSignedInMember()
    const [first, second] = [anEmail(), anEmail()]
    await ask(token, first)
    const older = await tokenMailedTo(app(), first)
    await ask(token, second)
    const newer = await tokenMailedTo(app(), second)
    expect((await confirm(token, older)).refusals).toEqual(invalid)
    expect((await confirm(token, newer)).refusals).toEqual([])
    expect((await confirm(token, newer)).refusals).toEqual(invalid)
    const late = anEmail()
    await ask(token, late)
    const mailed = await tokenMailedTo(app(), late)
    app().clock.advance(3600)
    const { payload } = await signIn(second)
    expect((await confirm(payload.tokens.accessToken, mailed)).refusals).toEqual(invalid)
  })

  test('asks for a proof of a moment ago', async () => {
    const { email } = await aSignedInMember()
    const stale = await aStaleToken(app(), await userIdOf(app(), email))
    expect((await ask(stale, anEmail())).refusals).toEqual(['ReauthenticationRequiredError'])
  })

  test.each([
    ['no address', 'ada', ['InvalidInputError']],
    ['a header', 'a@b.example\r\nBcc: c@d.example', ['InvalidInputError']],
  ])('refuses %s', async (_, newEmail, refusals) => {
    const { token } = await aSignedInMember()
    expect((await ask(token, newEmail)).refusals).toEqual(refusals)
  })

  test('refuses the address that the account has', async () => {
    const { email, token } = await aSignedInMember()
    expect((await ask(token, email)).refusals).toEqual(['InvalidInputError'])
  })

  test('is for people who are signed in', async () => {
    expect((await ask(undefined, anEmail())).codes).toEqual(['UNAUTHENTICATED'])
  })
})
