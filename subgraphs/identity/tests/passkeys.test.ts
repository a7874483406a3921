import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { aSignedInPerson, firstStep, signIn } from './support/a-person.ts'
import { anAuthenticator, aPasskey, aTotp } from './support/a-second-factor.ts'
import { aSession } from './support/a-session.ts'
import { anHourLater } from './support/an-old-session.ts'
import { cheapHasher } from './support/cheap-hasher.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'
import {
  BEGIN_PASSKEY,
  CONFIRM_PASSKEY,
  REMOVE_PASSKEY,
  RENAME_PASSKEY,
  SECOND_FACTORS,
} from './support/second-factor-operations.ts'
import { refresh } from './support/session-operations.ts'
import type { Misbehaviour } from './support/software-authenticator.ts'

const app = useIdentityTestApp({ passwords: cheapHasher() })

type Holder = { readonly accessToken: string }

async function begin({ accessToken: token }: Holder) {
  const { data } = await app().execute(BEGIN_PASSKEY, {}, { token })
  return data.beginPasskeyRegistration
}

const confirm = (
  { accessToken: token }: Holder,
  input: { challengeToken: string; passkey: object; name?: string },
) => app().execute(CONFIRM_PASSKEY, { input: { name: 'Laptop', ...input } }, { token })

/** Begins and confirms; gives what the confirmation answers. */
async function register(
  holder: Holder,
  wrong: Misbehaviour = {},
  authenticator = anAuthenticator(),
) {
  const { registration } = await begin(holder)
  const passkey = authenticator.create(registration.options, wrong)
  const { data } = await confirm(holder, { challengeToken: registration.token, passkey })
  return data.confirmPasskeyRegistration
}

const remove = ({ accessToken: token }: Holder, passkeyId: string) =>
  app().execute(REMOVE_PASSKEY, { input: { passkeyId } }, { token })

const rename = ({ accessToken: token }: Holder, passkeyId: string, name: string) =>
  app().execute(RENAME_PASSKEY, { input: { passkeyId, name } }, { token })

const refusalOf = ({ userErrors }: { userErrors: { __typename: string }[] }) =>
  userErrors[0]?.__typename ?? 'none'

/** Fills an account up with passkeys but for `free` places. */
const fillUp = (userId: string, free = 0) =>
  app().database.asAdmin(
    `insert into identity.passkeys select 'pky_' || md5(random()::text), $1, 'Old', md5(random()::text),
       '', 0, '{}', 'singleDevice', false, '', now(), null from generate_series(1, 20 - $2::int)`,
    [userId, free],
  )

describe('beginPasskeyRegistration', () => {
  test('asks the browser for a passkey that verifies the person', async () => {
    const person = await aSignedInPerson(app())
    const { registration, userErrors } = await begin(person)
    expect(userErrors).toEqual([])
    expect(registration.options).toMatchObject({
      rp: { id: 'console.test', name: 'LogicSpike' },
      user: { name: person.email, displayName: 'Ann' },
      authenticatorSelection: { userVerification: 'required' },
      excludeCredentials: [],
    })
    const handle = Buffer.from(registration.options.user.id, 'base64url').toString()
    expect(handle).toBe(person.userId)
  })

  test('keeps authenticators from making a second passkey for the account', async () => {
    const person = await aSignedInPerson(app())
    const { authenticator } = await aPasskey(app(), person)
    const { registration } = await begin(person)
    expect(() => authenticator.create(registration.options)).toThrow('InvalidStateError')
  })

  test('refuses the twenty-first', async () => {
    const person = await aSignedInPerson(app())
    await fillUp(person.userId)
    expect((await begin(person)).userErrors).toMatchObject([
      { __typename: 'TooManyPasskeysError', limit: 20 },
    ])
  })

  test('refuses a session whose owner proved nothing for ten minutes', async () => {
    const person = await anHourLater(app(), await aSignedInPerson(app()))
    expect(refusalOf(await begin(person))).toBe('ReauthenticationRequiredError')
  })

  test('refuses whoever is not signed in', async () => {
    const { errors } = await app().execute(BEGIN_PASSKEY)
    expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
  })
})

describe('confirmPasskeyRegistration', () => {
  test('keeps the passkey and shows recovery codes with the first', async () => {
    const person = await aSignedInPerson(app())
    const first = await register(person)
    expect(first).toMatchObject({
      passkey: {
        id: expect.stringMatching(/^pky_/),
        name: 'Laptop',
        isSynced: false,
        lastUsedAt: null,
        createdAt: app().clock.now().toISOString(),
      },
      userErrors: [],
    })
    expect(first.recoveryCodes).toHaveLength(10)
    expect((await register(person)).recoveryCodes).toBeNull()
    expect((await firstStep(app(), person)).methods).toEqual(['PASSKEY', 'RECOVERY_CODE'])
  })

  test('tells passkeys that are synced from those that are not', async () => {
    const person = await aSignedInPerson(app())
    const { passkey } = await register(person, {}, anAuthenticator(true))
    expect(passkey.isSynced).toBe(true)
  })

  test('tells the owner and listeners', async () => {
    const person = await aSignedInPerson(app())
    await register(person)
    const letters = (await app().mails()).filter(({ to }) => to === person.email)
    expect(letters.at(-1)?.subject).toBe('Your account has a passkey')
    const events = (await app().events()).map(({ data }) => data)
    expect(events).toContainEqual({ userId: person.userId, factor: 'passkey' })
  })

  const misbehaviours: [string, Misbehaviour][] = [
    ['another origin', { origin: 'http://console.test:8080' }],
    ['another relying party', { rpId: 'evil.example' }],
    ['an answer that did not verify the person', { userVerified: false }],
    ['an answer to a challenge of its own', { challenge: Buffer.alloc(32).toString('base64url') }],
    ['an answer to a sign-in', { type: 'webauthn.get' }],
  ]
  test.each(misbehaviours)('A10: refuses %s', async (_, wrong) => {
    const person = await aSignedInPerson(app())
    expect(refusalOf(await register(person, wrong))).toBe('PasskeyRefusedError')
    expect((await signIn(app(), person)).tokens).not.toBeNull()
  })

  test('A10: takes one answer to one question, right or wrong', async () => {
    const person = await aSignedInPerson(app())
    const { registration } = await begin(person)
    const { token: challengeToken, options } = registration
    const wrong = anAuthenticator().create(options, { userVerified: false })
    await confirm(person, { challengeToken, passkey: wrong })
    const right = await confirm(person, {
      challengeToken,
      passkey: anAuthenticator().create(options),
    })
    expect(refusalOf(right.data.confirmPasskeyRegistration)).toBe('ChallengeExpiredError')
  })

  test('A10: takes one of two answers given at once', async () => {
    const person = await aSignedInPerson(app())
    const { registration } = await begin(person)
    const { token: challengeToken, options } = registration
    const answers = await Promise.all(
      [anAuthenticator(), anAuthenticator()].map((authenticator) =>
        confirm(person, { challengeToken, passkey: authenticator.create(options) }),
      ),
    )
    const outcomes = answers.map(({ data }) => refusalOf(data.confirmPasskeyRegistration))
    expect(outcomes.sort()).toEqual(['ChallengeExpiredError', 'none'])
  })

  test('A10: refuses the answer of another session or account to the question', async () => {
    const person = await aSignedInPerson(app())
    const others = [await aSession(app(), { user: person.user }), await aSignedInPerson(app())]
    for (const other of others) {
      const { registration } = await begin(person)
      const passkey = anAuthenticator().create(registration.options)
      const { data } = await confirm(other, { challengeToken: registration.token, passkey })
      expect(refusalOf(data.confirmPasskeyRegistration)).toBe('ChallengeExpiredError')
    }
  })

  test('A10: refuses an answer after ten minutes, and to an earlier question', async () => {
    const person = await aSignedInPerson(app())
    const earlier = await begin(person)
    const later = await begin(person)
    const answerTo = async (holder: Holder, { registration }: typeof later) => {
      const passkey = anAuthenticator().create(registration.options)
      const { data } = await confirm(holder, { challengeToken: registration.token, passkey })
      return refusalOf(data.confirmPasskeyRegistration)
    }
    expect(await answerTo(person, earlier)).toBe('ChallengeExpiredError')
    app().clock.advance(600)
    const { data } = await refresh(app(), person.refreshToken)
    expect(await answerTo(data.refreshSession.tokens, later)).toBe('ChallengeExpiredError')
  })

  test('A10: refuses a credential that is registered, for whomever', async () => {
    const [ann, ben] = [await aSignedInPerson(app()), await aSignedInPerson(app())]
    const { authenticator } = await aPasskey(app(), ann)
    const { registration } = await begin(ben)
    const copy = authenticator.create(registration.options)
    // The same credential again, under a question for somebody else.
    const sql = 'update identity.passkeys set credential_id = $1 where user_id = $2'
    await app().database.asAdmin(sql, [copy.id, ann.userId])
    const { data } = await confirm(ben, { challengeToken: registration.token, passkey: copy })
    expect(refusalOf(data.confirmPasskeyRegistration)).toBe('PasskeyAlreadyRegisteredError')
  })

  test('refuses the twenty-first, though it was begun as the twentieth', async () => {
    const person = await aSignedInPerson(app())
    await fillUp(person.userId, 1)
    const { registration } = await begin(person)
    await fillUp(person.userId, 19)
    const passkey = anAuthenticator().create(registration.options)
    const { data } = await confirm(person, { challengeToken: registration.token, passkey })
    expect(refusalOf(data.confirmPasskeyRegistration)).toBe('TooManyPasskeysError')
  })

  test('refuses a session whose owner proved nothing for twenty minutes', async () => {
    const person = await aSignedInPerson(app())
    const { registration } = await begin(person)
    const passkey = anAuthenticator().create(registration.options)
    const later = await anHourLater(app(), person)
    const { data } = await confirm(later, { challengeToken: registration.token, passkey })
    expect(refusalOf(data.confirmPasskeyRegistration)).toBe('ReauthenticationRequiredError')
  })

  test.each([
    ['a name of nothing', { name: '  ', passkey: {} }],
    ['a name that is too long', { name: 'x'.repeat(61), passkey: {} }],
    ['what no browser answers', { name: 'Laptop', passkey: { id: 'x' } }],
  ])('refuses %s as an input', async (_, input) => {
    const person = await aSignedInPerson(app())
    const { data } = await confirm(person, { challengeToken: 'x', ...input })
    expect(refusalOf(data.confirmPasskeyRegistration)).toBe('InvalidInputError')
  })
})

describe('renamePasskey', () => {
  test('gives the passkey another name, without asking for a proof', async () => {
    const person = await aSignedInPerson(app())
    const { id } = await aPasskey(app(), person)
    const { data } = await rename(await anHourLater(app(), person), id, '  Blue   key ')
    expect(data.renamePasskey).toEqual({ passkey: { id, name: 'Blue key' }, userErrors: [] })
  })

  test('refuses a name that is none', async () => {
    const person = await aSignedInPerson(app())
    const { id } = await aPasskey(app(), person)
    const { data } = await rename(person, id, 'a\u0000b')
    expect(data.renamePasskey.userErrors).toMatchObject([
      { __typename: 'InvalidInputError', path: ['name'] },
    ])
  })

  test('does not know the passkey of somebody else, or one that does not exist', async () => {
    const { id } = await aPasskey(app(), await aSignedInPerson(app()))
    const person = await aSignedInPerson(app())
    for (const passkeyId of [id, newId('passkey'), 'pky_1', '']) {
      const { errors } = await rename(person, passkeyId, 'Mine')
      expect(errors[0]?.extensions.code).toBe('NOT_FOUND')
    }
  })
})

describe('removePasskey', () => {
  test('takes the passkey and, as it was the last factor, the recovery codes', async () => {
    const person = await aSignedInPerson(app())
    const { id } = await aPasskey(app(), person)
    const { data } = await remove(person, id)
    expect(data.removePasskey).toEqual({
      secondFactors: { isActive: false, totp: null, passkeys: [], recoveryCodesLeft: 0 },
      userErrors: [],
    })
    expect((await signIn(app(), person)).tokens).not.toBeNull()
  })

  test('leaves the other passkeys, the app and the codes', async () => {
    const person = await aSignedInPerson(app())
    const { id } = await aPasskey(app(), person)
    const other = await aPasskey(app(), person)
    await aTotp(app(), person)
    const { data } = await remove(person, id)
    expect(data.removePasskey.secondFactors).toMatchObject({
      isActive: true,
      passkeys: [{ id: other.id }],
      recoveryCodesLeft: 10,
    })
  })

  test('ends the other sessions and tells the owner (S3)', async () => {
    const person = await aSignedInPerson(app())
    const { id } = await aPasskey(app(), person)
    const other = await aSession(app(), { user: person.user })
    await remove(person, id)
    const refreshed = await refresh(app(), other.refreshToken)
    expect(refreshed.data.refreshSession.tokens).toBeNull()
    const letters = (await app().mails()).filter(({ to }) => to === person.email)
    expect(letters.at(-1)?.subject).toBe('Your account no longer has a passkey')
  })

  test('refuses a session whose owner proved nothing for ten minutes', async () => {
    const person = await aSignedInPerson(app())
    const { id } = await aPasskey(app(), person)
    const { data } = await remove(await anHourLater(app(), person), id)
    expect(refusalOf(data.removePasskey)).toBe('ReauthenticationRequiredError')
  })

  test('does not know the passkey of somebody else', async () => {
    const { id } = await aPasskey(app(), await aSignedInPerson(app()))
    const { errors } = await remove(await aSignedInPerson(app()), id)
    expect(errors[0]?.extensions.code).toBe('NOT_FOUND')
  })
})

describe('User.secondFactors', () => {
  test('is told to the user and to nobody else', async () => {
    const [ann, ben] = [await aSignedInPerson(app()), await aSignedInPerson(app())]
    const { id } = await aPasskey(app(), ann)
    const users = [{ __typename: 'User', id: ann.userId }]
    const ask = async (token: string) =>
      (await app().execute(SECOND_FACTORS, { users }, { token })).data._entities[0]
    expect(await ask(ann.accessToken)).toMatchObject({
      secondFactors: { isActive: true, passkeys: [{ id }], recoveryCodesLeft: 10 },
    })
    expect((await ask(ben.accessToken))?.secondFactors ?? null).toBeNull()
  })
})
