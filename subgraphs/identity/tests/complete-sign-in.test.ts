import { describe, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { replacePassword } from '../src/modules/credentials/replace-password.ts'
import { User } from '../src/modules/users/user.entity.ts'
import {
  aPerson,
  aSignedInPerson,
  firstStep,
  type Person,
  secondStep,
  signIn,
} from './support/a-person.ts'
import { aPasskey, aTotp, codeNow, nextCode } from './support/a-second-factor.ts'
import { cheapHasher } from './support/cheap-hasher.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'
import { refresh } from './support/session-operations.ts'

const app = useIdentityTestApp({ passwords: cheapHasher() })

/** Somebody whose sign-ins take a second step, with an app and a passkey. */
async function aCarefulPerson() {
  const person = await aSignedInPerson(app())
  const totp = await aTotp(app(), person)
  const { authenticator } = await aPasskey(app(), person)
  return { ...person, ...totp, authenticator }
}

/** What came of a second step: `session`, or the name of the refusal. */
async function outcomeOf(step: ReturnType<typeof secondStep>): Promise<string> {
  const { data, errors } = await step
  if (errors.length > 0) return errors[0]?.extensions.code ?? ''
  return data.completeSignIn.userErrors[0]?.__typename ?? 'session'
}

const deactivate = (person: Person) =>
  app().database.asAdmin(`update identity.users set status = 'deactivated' where id = $1`, [
    person.user.id,
  ])

describe('the first step of a sign-in', () => {
  test('is all there is for an account without a second factor', async () => {
    const { tokens, secondFactor } = await signIn(app(), await aPerson(app()))
    expect(secondFactor).toBeNull()
    expect(decodeJwt(tokens.accessToken).amr).toEqual(['pwd'])
  })

  test('gives no tokens to an account with one, but a question and what will answer it', async () => {
    const person = await aCarefulPerson()
    const answer = await signIn(app(), person)
    expect(answer).toEqual({
      tokens: null,
      secondFactor: {
        token: expect.stringMatching(/^[\w-]{43}$/),
        methods: ['PASSKEY', 'TOTP', 'RECOVERY_CODE'],
        passkeyRequest: expect.objectContaining({ userVerification: 'required' }),
        expiresAt: new Date(app().clock.now().getTime() + 600_000).toISOString(),
      },
      userErrors: [],
    })
    expect(answer.secondFactor.passkeyRequest.allowCredentials).toMatchObject([
      { id: person.authenticator.credentialIds[0] },
    ])
  })

  test('names no passkey where there is none', async () => {
    const person = await aSignedInPerson(app())
    await aTotp(app(), person)
    const question = await firstStep(app(), person)
    expect(question).toMatchObject({ methods: ['TOTP', 'RECOVERY_CODE'], passkeyRequest: null })
  })

  test('leaves only the hash of the token in the database (S11)', async () => {
    const person = await aCarefulPerson()
    const { token } = await firstStep(app(), person)
    const rows = await app().database.asAdmin('select * from identity.challenges')
    expect(rows.length).toBeGreaterThan(0)
    expect(JSON.stringify(rows)).not.toContain(token)
  })
})

describe('the second step', () => {
  test('with a code of the app gives a session that says so', async () => {
    const person = await aCarefulPerson()
    const { token } = await firstStep(app(), person)
    const totpCode = await nextCode(app(), person.seed)
    const { data } = await secondStep(app(), token, { totpCode })
    const { tokens, userErrors } = data.completeSignIn
    expect(userErrors).toEqual([])
    expect(decodeJwt(tokens.accessToken)).toMatchObject({
      sub: person.user.id,
      amr: ['mfa', 'otp', 'pwd'],
      auth_time: Math.floor(app().clock.now().getTime() / 1000),
    })
    expect((await refresh(app(), tokens.refreshToken)).data.refreshSession.userErrors).toEqual([])
  })

  test('with a recovery code gives a session, and a mail that counts what is left', async () => {
    const person = await aCarefulPerson()
    const { token } = await firstStep(app(), person)
    const { data } = await secondStep(app(), token, {
      recoveryCode: person.recoveryCodes[3]?.toUpperCase().replaceAll('-', ' ') ?? '',
    })
    expect(decodeJwt(data.completeSignIn.tokens.accessToken).amr).toEqual(['mfa', 'otp', 'pwd'])
    const mails = await app().mails()
    const mail = mails.findLast(({ to }) => to === person.email)
    expect(mail?.text).toContain('Codes left: 9.')
  })

  test('with a passkey gives a session that says so', async () => {
    const person = await aCarefulPerson()
    const { token, passkeyRequest } = await firstStep(app(), person)
    const passkey = person.authenticator.get(passkeyRequest ?? {})
    const { data } = await secondStep(app(), token, { passkey })
    expect(decodeJwt(data.completeSignIn.tokens.accessToken).amr).toEqual([
      'hwk',
      'mfa',
      'pwd',
      'user',
    ])
  })

  test('keeps the delivery of the first step: a cookie stays a cookie', async () => {
    const person = await aCarefulPerson()
    const input = { email: person.email, password: person.password, delivery: 'COOKIE' }
    const first = await app().execute(
      'mutation ($input: SignInInput!) { signIn(input: $input) { secondFactor { token } } }',
      { input },
    )
    const totpCode = await nextCode(app(), person.seed)
    const second = await secondStep(app(), first.data.signIn.secondFactor.token, { totpCode })
    expect(second.data.completeSignIn.tokens.refreshToken).toBeNull()
    expect(second.cookies['__Host-ls_refresh']).toMatch(/^ses_/)
  })

  test.each([
    ['nothing', {}],
    ['two proofs', { totpCode: '123456', recoveryCode: '0000-0000-0000' }],
    ['what no browser answers', { passkey: { id: 1 } }],
  ])('refuses %s as an input', async (_, proof) => {
    const { token } = await firstStep(app(), await aCarefulPerson())
    expect(await outcomeOf(secondStep(app(), token, proof))).toBe('InvalidInputError')
  })

  test('refuses a token that nobody was given', async () => {
    const proof = { totpCode: '123456' }
    expect(await outcomeOf(secondStep(app(), 'x'.repeat(43), proof))).toBe('ChallengeExpiredError')
  })

  test('refuses the right code of somebody else', async () => {
    const [ann, ben] = [await aCarefulPerson(), await aCarefulPerson()]
    const { token } = await firstStep(app(), ann)
    const totpCode = await nextCode(app(), ben.seed)
    expect(await outcomeOf(secondStep(app(), token, { totpCode }))).toBe('WrongCodeError')
  })

  test('refuses the right code after ten minutes', async () => {
    const person = await aCarefulPerson()
    const { token } = await firstStep(app(), person)
    app().clock.advance(600)
    const totpCode = await codeNow(app(), person.seed)
    expect(await outcomeOf(secondStep(app(), token, { totpCode }))).toBe('ChallengeExpiredError')
  })

  test('refuses an account that was closed meanwhile', async () => {
    const person = await aCarefulPerson()
    const { token } = await firstStep(app(), person)
    await deactivate(person)
    const totpCode = await nextCode(app(), person.seed)
    const outcome = await outcomeOf(secondStep(app(), token, { totpCode }))
    expect(outcome).toBe('AccountDeactivatedError')
  })

  test('A7: refuses a sign-in that began with a password of before', async () => {
    const person = await aCarefulPerson()
    const { token } = await firstStep(app(), person)
    const recoveryCode = person.recoveryCodes[0] ?? ''
    await app().transaction(async (tx) => {
      const user = await tx.em.findOneOrFail(User, { id: person.userId })
      await replacePassword(tx, user, { hash: await tx.passwords.hash('another'), by: 'reset' })
    })
    const outcome = await outcomeOf(secondStep(app(), token, { recoveryCode }))
    expect(outcome).toBe('ChallengeExpiredError')
  })

  test('refuses an account whose address is not verified', async () => {
    const person = await aCarefulPerson()
    const { token } = await firstStep(app(), person)
    const sql = 'update identity.users set email_verified = false where id = $1'
    await app().database.asAdmin(sql, [person.user.id])
    const totpCode = await nextCode(app(), person.seed)
    const outcome = await outcomeOf(secondStep(app(), token, { totpCode }))
    expect(outcome).toBe('EmailNotVerifiedError')
  })

  test('tells of wrong answers to events and audit', async () => {
    const person = await aCarefulPerson()
    const { token } = await firstStep(app(), person)
    await secondStep(app(), token, { totpCode: '000000' })
    const facts = { userId: person.user.id, reason: 'wrong-second-factor' }
    expect((await app().events()).map(({ data }) => data)).toContainEqual(facts)
    const audit = await app().audit()
    expect(audit.filter(({ target }) => target.id === person.user.id)).toContainEqual(
      expect.objectContaining({ action: 'session.sign_in_failed', outcome: 'refused' }),
    )
  })
})

describe('A8: codes work once', () => {
  test('A8: a code is refused a second time in its step', async () => {
    const person = await aCarefulPerson()
    const totpCode = await nextCode(app(), person.seed)
    const first = await firstStep(app(), person)
    const second = await firstStep(app(), person)
    expect(await outcomeOf(secondStep(app(), first.token, { totpCode }))).toBe('session')
    expect(await outcomeOf(secondStep(app(), second.token, { totpCode }))).toBe('WrongCodeError')
  })

  test('A8: a used code is refused in the first seconds of the next step, an unused one is not', async () => {
    const [ann, ben] = [await aCarefulPerson(), await aCarefulPerson()]
    const used = await nextCode(app(), ann.seed)
    const unused = await codeNow(app(), ben.seed)
    const { token } = await firstStep(app(), ann)
    expect(await outcomeOf(secondStep(app(), token, { totpCode: used }))).toBe('session')
    const again = await firstStep(app(), ann)
    const bens = await firstStep(app(), ben)
    const second = app().clock.now().getTime() / 1000
    app().clock.advance(33 - (second % 30))
    expect(await outcomeOf(secondStep(app(), again.token, { totpCode: used }))).toBe(
      'WrongCodeError',
    )
    expect(await outcomeOf(secondStep(app(), bens.token, { totpCode: unused }))).toBe('session')
  })

  test('A8: the code that set up the app is used up by it', async () => {
    const person = await aCarefulPerson()
    const { token } = await firstStep(app(), person)
    const totpCode = await codeNow(app(), person.seed)
    expect(await outcomeOf(secondStep(app(), token, { totpCode }))).toBe('WrongCodeError')
  })

  test('A8: of ten parallel uses of one code in ten sign-ins, one succeeds', async () => {
    const person = await aCarefulPerson()
    const totpCode = await nextCode(app(), person.seed)
    const questions = []
    for (let i = 0; i < 10; i += 1) questions.push(await firstStep(app(), person))
    const outcomes = await Promise.all(
      questions.map(({ token }) => outcomeOf(secondStep(app(), token, { totpCode }))),
    )
    expect(outcomes.sort()).toEqual([...Array(9).fill('WrongCodeError'), 'session'])
  })

  test('A8: of five parallel answers to one question, one succeeds', async () => {
    const person = await aCarefulPerson()
    const { token } = await firstStep(app(), person)
    const outcomes = await Promise.all(
      person.recoveryCodes
        .slice(0, 5)
        .map((recoveryCode) => outcomeOf(secondStep(app(), token, { recoveryCode }))),
    )
    expect(outcomes.sort()).toEqual([...Array(4).fill('ChallengeExpiredError'), 'session'])
  })

  test('A8: a recovery code is refused a second time', async () => {
    const person = await aCarefulPerson()
    const recoveryCode = person.recoveryCodes[0] ?? ''
    const first = await firstStep(app(), person)
    const second = await firstStep(app(), person)
    expect(await outcomeOf(secondStep(app(), first.token, { recoveryCode }))).toBe('session')
    expect(await outcomeOf(secondStep(app(), second.token, { recoveryCode }))).toBe(
      'WrongCodeError',
    )
  })

  test('A8: of five parallel uses of one recovery code, one succeeds', async () => {
    const person = await aCarefulPerson()
    const recoveryCode = person.recoveryCodes[0] ?? ''
    const questions = []
    for (let i = 0; i < 5; i += 1) questions.push(await firstStep(app(), person))
    const outcomes = await Promise.all(
      questions.map(({ token }) => outcomeOf(secondStep(app(), token, { recoveryCode }))),
    )
    expect(outcomes.sort()).toEqual([...Array(4).fill('WrongCodeError'), 'session'])
  })
})

describe('A8: guessing', () => {
  test('A8: a question takes five answers, then not even the right one; the owner is told', async () => {
    const person = await aCarefulPerson()
    const { token } = await firstStep(app(), person)
    const left = []
    for (let i = 0; i < 5; i += 1) {
      const { data } = await secondStep(app(), token, { totpCode: '000000' })
      left.push(data.completeSignIn.userErrors[0].triesLeft)
    }
    expect(left).toEqual([4, 3, 2, 1, 0])
    const recoveryCode = person.recoveryCodes[0] ?? ''
    expect(await outcomeOf(secondStep(app(), token, { recoveryCode }))).toBe(
      'ChallengeExpiredError',
    )
    const mails = (await app().mails()).filter(({ to }) => to === person.email)
    expect(mails.at(-1)?.subject).toBe('Somebody could not complete a sign-in to your account')
  })

  test('A8: ten wrong codes in an hour bar the app, whatever the number of sign-ins; aliases count one by one', async () => {
    const person = await aCarefulPerson()
    const questions = [await firstStep(app(), person), await firstStep(app(), person)]
    const aliases = Array.from({ length: 100 }, (_, i) => {
      const token = questions[i % 2]?.token
      const code = String(i).padStart(6, '0')
      return `a${i}: completeSignIn(input: { challengeToken: "${token}", totpCode: "${code}" }) {
        tokens { accessToken } userErrors { __typename } }`
    })
    const answer = await app().execute(`mutation { ${aliases.join('\n')} }`)
    const answers: { tokens: unknown }[] = Object.values(answer.data ?? {})
    expect(answers.filter((one) => one?.tokens)).toEqual([])
    const third = await firstStep(app(), person)
    const totpCode = await nextCode(app(), person.seed)
    expect(await outcomeOf(secondStep(app(), third.token, { totpCode }))).toBe('RATE_LIMITED')
  })

  test('A8: who has used up the app still gets in with a recovery code or a passkey', async () => {
    const person = await aCarefulPerson()
    const limit = { points: 10, key: `sign-in:${person.user.id}` }
    for (let i = 0; i < limit.points; i += 1) {
      await app().app.contexts.forJob('test').limits.spend('totpByUser', limit.key)
    }
    const barred = await firstStep(app(), person)
    const totpCode = await nextCode(app(), person.seed)
    expect(await outcomeOf(secondStep(app(), barred.token, { totpCode }))).toBe('RATE_LIMITED')
    const recoveryCode = person.recoveryCodes[0] ?? ''
    expect(await outcomeOf(secondStep(app(), barred.token, { recoveryCode }))).toBe('session')
    const { token, passkeyRequest } = await firstStep(app(), person)
    const passkey = person.authenticator.get(passkeyRequest ?? {})
    expect(await outcomeOf(secondStep(app(), token, { passkey }))).toBe('session')
  })

  test('A8: wrong second steps leave the first step alone', async () => {
    const person = await aCarefulPerson()
    const { token } = await firstStep(app(), person)
    for (let i = 0; i < 5; i += 1) await secondStep(app(), token, { totpCode: '000000' })
    await expect(firstStep(app(), person)).resolves.toMatchObject({ methods: expect.anything() })
  })

  test('A8: right codes are not counted as guesses', async () => {
    const person = await aCarefulPerson()
    for (let i = 0; i < 12; i += 1) {
      const { token } = await firstStep(app(), person)
      const totpCode = await nextCode(app(), person.seed)
      expect(await outcomeOf(secondStep(app(), token, { totpCode }))).toBe('session')
    }
  })
})
