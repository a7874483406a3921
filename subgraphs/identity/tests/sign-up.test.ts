import { describe, expect, test } from '@jest/globals'
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

const hasher = countingHasher()
const app = useIdentityTestApp({ passwords: hasher })
const displayName = 'Ada Lovelace'

const signUp = (input: Readonly<Record<string, unknown>>) =>
  run(app(), 'signUp', { displayName, password: goodPassword, ...input }, { ip: anAddress() })

const tokenCount = async (email: string): Promise<number> => {
  const rows = await app().database.asAdmin('select from identity.email_tokens where email = $1', [
    email,
  ])
  return rows.length
}

describe('signing up', () => {
  test('makes an account that nobody can use before its address is verified', async () => {
    const email = anEmail()
    const { payload } = await signUp({ email: `  ${email.toUpperCase()} ` })
    expect(payload).toEqual({ email, userErrors: [] })
    const before = await run(app(), 'signIn', { email, password: goodPassword })
    expect(before.refusals).toEqual(['EmailNotVerifiedError'])
    expect(before.answer.setCookie).toEqual([])
    await run(app(), 'verifyEmail', { token: await tokenMailedTo(app(), email) })
    const after = await run(app(), 'signIn', { email, password: goodPassword })
    expect(after.payload.tokens.accessToken).toEqual(expect.any(String))
  })

  test('keeps the language to write to them in, and refuses what is none', async () => {
    const [email, other] = [anEmail(), anEmail()]
    await signUp({ email, locale: 'hi-in' })
    await signUp({ email: other })
    const rows = await app().database.asAdmin(
      'select locale from identity.users where email = any($1) order by locale',
      [[email, other]],
    )
    expect(rows).toEqual([{ locale: 'hi-IN' }, { locale: null }])
    const { payload } = await signUp({ email: anEmail(), locale: 'de_DE' })
    expect(payload.userErrors).toMatchObject([
      { __typename: 'InvalidInputError', path: ['locale'] },
    ])
  })

  test('tells of it by an event without the address', async () => {
    const email = anEmail()
    await signUp({ email })
    const created = (await app().events()).filter(({ type }) => type === 'user.created').at(-1)
    expect(created?.data).toEqual({ userId: created?.subject, method: 'password' })
  })

  test('A4: answers the same and works the same for an address with and without an account', async () => {
    const { email: known } = await aMember(app())
    const unknown = anEmail()
    const outcomes = []
    for (const email of [known, unknown]) {
      const [hashes, mails, tokens] = [
        hasher.count,
        (await mailsTo(app(), email)).length,
        await tokenCount(email),
      ]
      const { answer } = await signUp({ email, password: otherPassword })
      outcomes.push({
        answer: JSON.stringify(answer).replaceAll(email, 'the address'),
        hashes: hasher.count - hashes,
        mails: (await mailsTo(app(), email)).length - mails,
        tokens: (await tokenCount(email)) - tokens,
      })
    }
    expect(outcomes[0]).toEqual(outcomes[1])
    expect(outcomes[0]).toMatchObject({ hashes: 1, mails: 1, tokens: 1 })
  })

  test('A4: writes to the owner of a taken address, and changes nothing', async () => {
    const { email, password } = await aMember(app())
    await signUp({ email, password: otherPassword, displayName: 'Somebody Else' })
    const mail = (await mailsTo(app(), email)).at(-1)
    expect(mail?.subject).toBe('You already have an account')
    expect(mail?.text).not.toContain('token=')
    expect((await run(app(), 'signIn', { email, password: otherPassword })).refusals).toEqual([
      'InvalidCredentialsError',
    ])
    expect((await run(app(), 'signIn', { email, password })).refusals).toEqual([])
  })

  test('once more before the address is verified counts instead of the first time', async () => {
    const email = anEmail()
    await signUp({ email, password: otherPassword })
    const planted = await tokenMailedTo(app(), email)
    await signUp({ email, password: goodPassword })
    expect((await run(app(), 'verifyEmail', { token: planted })).refusals).toEqual([
      'InvalidTokenError',
    ])
    await run(app(), 'verifyEmail', { token: await tokenMailedTo(app(), email) })
    expect((await run(app(), 'signIn', { email, password: otherPassword })).refusals).toEqual([
      'InvalidCredentialsError',
    ])
    expect((await run(app(), 'signIn', { email, password: goodPassword })).refusals).toEqual([])
  })

  test('twice at the same time makes one account', async () => {
    const email = anEmail()
    const both = await Promise.all([signUp({ email }), signUp({ email })])
    expect(both.map(({ payload }) => payload)).toEqual([
      { email, userErrors: [] },
      { email, userErrors: [] },
    ])
    const rows = await app().database.asAdmin('select from identity.users where email = $1', [
      email,
    ])
    expect(rows).toHaveLength(1)
  })

  test('A5: takes long, foreign, blank and NUL characters as they are', async () => {
    for (const password of [
      `${goodPassword} ${otherPassword} `.repeat(18),
      'пароль, который никто не знает',
      ' two blanks before and after  ',
      'a NUL \u0000 in the middle of it',
    ]) {
      const { email } = await aMember(app(), anEmail(), password)
      const right = await run(app(), 'signIn', { email, password }, { ip: anAddress() })
      expect(right.refusals).toEqual([])
      for (const other of [
        password.trim().concat('.'),
        password.slice(0, -1),
        password.slice(0, 72),
      ]) {
        const wrong = await run(app(), 'signIn', { email, password: other }, { ip: anAddress() })
        if (other !== password) expect(wrong.refusals).toEqual(['InvalidCredentialsError'])
      }
    }
  })

  test('A5: refuses a megabyte before hashing it', async () => {
    const email = anEmail()
    const huge = 'x'.repeat(1_000_000)
    const before = hasher.count
    expect((await signUp({ email, password: huge })).refusals).toEqual(['WeakPasswordError'])
    const tried = await run(app(), 'signIn', { email, password: huge })
    expect(tried.refusals).toEqual(['InvalidInputError'])
    expect(hasher.count).toBe(before)
  })

  test.each([
    ['a common password', { password: 'password123' }, ['WeakPasswordError'], ['password']],
    ['a short password', { password: 'zk4qvN8' }, ['WeakPasswordError'], ['password']],
    ['the own name', { password: 'ada-lovelace' }, ['WeakPasswordError'], ['password']],
    ['no address', { email: 'ada' }, ['InvalidInputError'], ['email']],
    [
      'a header in the address',
      { email: 'a@b.example\nBcc: c@d.example' },
      ['InvalidInputError'],
      ['email'],
    ],
    ['an empty name', { displayName: ' ' }, ['InvalidInputError'], ['displayName']],
    ['a name that hides', { displayName: 'Ada\u202e' }, ['InvalidInputError'], ['displayName']],
  ])('refuses %s, names the field, and does no work', async (_, input, refusals, path) => {
    const before = hasher.count
    const outcome = await signUp({ email: anEmail(), ...input })
    expect(outcome.refusals).toEqual(refusals)
    expect(outcome.payload.userErrors[0].path).toEqual(path)
    expect(hasher.count).toBe(before)
  })

  test('A6: refuses passwords known from breaches, without asking anybody', async () => {
    for (const password of ['trustno1', 'Iloveyou2', 'P@ssw0rd1']) {
      expect((await signUp({ email: anEmail(), password })).refusals).toEqual(['WeakPasswordError'])
    }
  })

  test('names everything that is wrong at once', async () => {
    const outcome = await signUp({ email: 'x', password: 'x', displayName: '' })
    expect(outcome.refusals).toEqual([
      'InvalidInputError',
      'InvalidInputError',
      'WeakPasswordError',
    ])
  })

  test('puts nothing that a stranger typed into the mail to the address', async () => {
    const email = anEmail()
    await signUp({ email, displayName: 'Win at evil.example' })
    const mail = (await mailsTo(app(), email)).at(-1)
    expect(mail?.text).not.toContain('evil.example')
    expect(mail?.text).toContain('http://console.test/verify-email?token=')
  })
})
