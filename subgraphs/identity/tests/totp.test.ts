import { describe, expect, test } from '@jest/globals'
import type { Principal } from '@logicspike/auth'
import { removeTotp } from '../src/modules/second-factors/remove-totp.ts'
import { aSignedInPerson, firstStep, secondStep, signIn } from './support/a-person.ts'
import { aPasskey, aTotp, codeNow, nextCode } from './support/a-second-factor.ts'
import { aSession, type TestSession } from './support/a-session.ts'
import { anHourLater } from './support/an-old-session.ts'
import { cheapHasher } from './support/cheap-hasher.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'
import {
  BEGIN_TOTP,
  CONFIRM_TOTP,
  REMOVE_TOTP,
  SECOND_FACTORS,
} from './support/second-factor-operations.ts'
import { refresh, statusOf } from './support/session-operations.ts'

const app = useIdentityTestApp({ passwords: cheapHasher() })

type Holder = { readonly accessToken: string }

async function begin({ accessToken: token }: Holder) {
  const { data } = await app().execute(BEGIN_TOTP, {}, { token })
  return data.beginTotpEnrollment
}

async function confirm({ accessToken: token }: Holder, code: string) {
  const { data } = await app().execute(CONFIRM_TOTP, { input: { code } }, { token })
  return data.confirmTotpEnrollment
}

async function remove({ accessToken: token }: Holder) {
  const { data } = await app().execute(REMOVE_TOTP, {}, { token })
  return data.removeTotp
}

async function factorsOf(userId: string, { accessToken: token }: Holder) {
  const users = [{ __typename: 'User', id: userId }]
  const { data } = await app().execute(SECOND_FACTORS, { users }, { token })
  return data._entities[0]?.secondFactors
}

const refusalOf = ({ userErrors }: { userErrors: { __typename: string }[] }) =>
  userErrors[0]?.__typename ?? 'none'

/** Letters to somebody, by subject. */
const subjects = async (email: string) =>
  (await app().mails()).filter(({ to }) => to === email).map(({ subject }) => subject)

describe('beginTotpEnrollment', () => {
  test('shows the seed, as text and as a link for the app', async () => {
    const person = await aSignedInPerson(app())
    const { enrollment, userErrors } = await begin(person)
    expect(userErrors).toEqual([])
    expect(enrollment).toEqual({
      secret: expect.stringMatching(/^[A-Z2-7]{32}$/),
      uri: expect.stringContaining(`secret=${enrollment.secret}`),
      expiresAt: new Date(app().clock.now().getTime() + 600_000).toISOString(),
    })
    expect(decodeURIComponent(enrollment.uri)).toContain(`LogicSpike:${person.email}`)
  })

  test('keeps the seed sealed, for this account only', async () => {
    const person = await aSignedInPerson(app())
    const { enrollment } = await begin(person)
    const sql = 'select sealed_seed as sealed from identity.totp_factors where user_id = $1'
    const [row] = await app().database.asAdmin<{ sealed: string }>(sql, [person.userId])
    expect(row?.sealed).not.toContain(enrollment.secret)
    const open = (userId: string) => app().secretBox.open(row?.sealed ?? '', `totp:${userId}`)
    expect(open(person.userId)).toBe(enrollment.secret)
    expect(() => open('usr_other')).toThrow('belongs elsewhere')
  })

  test('turns nothing on by itself', async () => {
    const person = await aSignedInPerson(app())
    await begin(person)
    expect(await factorsOf(person.userId, person)).toMatchObject({ isActive: false, totp: null })
    expect((await signIn(app(), person)).tokens).not.toBeNull()
  })

  test('refuses a second app', async () => {
    const person = await aSignedInPerson(app())
    await aTotp(app(), person)
    expect(refusalOf(await begin(person))).toBe('TotpAlreadyEnrolledError')
  })

  test('refuses a session whose owner proved nothing for ten minutes', async () => {
    const person = await anHourLater(app(), await aSignedInPerson(app()))
    expect((await begin(person)).userErrors).toEqual([
      {
        __typename: 'ReauthenticationRequiredError',
        message: 'Confirm that it is you, then try again.',
        path: null,
        maxAgeSeconds: 600,
      },
    ])
  })

  test('refuses whoever is not signed in', async () => {
    const { errors } = await app().execute(BEGIN_TOTP)
    expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
  })

  test('refuses a session that ended, before verifiers have learnt of it', async () => {
    const person = await aSignedInPerson(app())
    const sql = 'update identity.sessions set ended_at = $2 where id = $1'
    await app().database.asAdmin(sql, [person.sessionId, app().clock.now()])
    const { errors } = await app().execute(BEGIN_TOTP, {}, { token: person.accessToken })
    expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
  })
})

describe('confirmTotpEnrollment', () => {
  test('turns the app on and shows ten recovery codes, once', async () => {
    const person = await aSignedInPerson(app())
    const { enrollment } = await begin(person)
    const answer = await confirm(person, await codeNow(app(), enrollment.secret))
    expect(answer).toMatchObject({
      totp: { id: expect.stringMatching(/^crd_/), confirmedAt: app().clock.now().toISOString() },
      userErrors: [],
    })
    expect(new Set(answer.recoveryCodes).size).toBe(10)
    expect(await factorsOf(person.userId, person)).toMatchObject({
      isActive: true,
      totp: { id: answer.totp.id },
      recoveryCodesLeft: 10,
    })
    expect((await firstStep(app(), person)).methods).toEqual(['TOTP', 'RECOVERY_CODE'])
  })

  test('keeps only slow hashes of the recovery codes', async () => {
    const person = await aSignedInPerson(app())
    const { recoveryCodes } = await aTotp(app(), person)
    const sql = 'select * from identity.recovery_codes where user_id = $1'
    const rows = await app().database.asAdmin<{ hash: string }>(sql, [person.userId])
    expect(rows).toHaveLength(10)
    expect(rows.every(({ hash }) => hash.startsWith('$argon2id$'))).toBe(true)
    expect(JSON.stringify(rows)).not.toContain(recoveryCodes[0])
  })

  test('tells the owner, listeners and auditors', async () => {
    const person = await aSignedInPerson(app())
    await aTotp(app(), person)
    expect(await subjects(person.email)).toEqual(['Your account has an authenticator app'])
    const facts = { userId: person.userId, factor: 'totp' }
    const events = await app().events()
    expect(events).toContainEqual({
      type: 'user.second_factor_added',
      subject: person.userId,
      data: facts,
    })
    expect(await app().audit()).toContainEqual(
      expect.objectContaining({
        action: 'user.second_factor_added',
        target: { type: 'user', id: person.userId },
      }),
    )
  })

  test('shows no other codes where the account has some', async () => {
    const person = await aSignedInPerson(app())
    const { recoveryCodes } = await aPasskey(app(), person)
    expect(recoveryCodes).toHaveLength(10)
    expect((await aTotp(app(), person)).recoveryCodes).toEqual([])
  })

  test('refuses a wrong code, and takes the right one after it', async () => {
    const person = await aSignedInPerson(app())
    const { enrollment } = await begin(person)
    const answer = await confirm(person, '000000')
    expect(answer).toMatchObject({
      totp: null,
      recoveryCodes: null,
      userErrors: [{ __typename: 'WrongCodeError', path: ['code'], triesLeft: null }],
    })
    expect(refusalOf(await confirm(person, await codeNow(app(), enrollment.secret)))).toBe('none')
  })

  test('refuses the code of a seed that was replaced', async () => {
    const person = await aSignedInPerson(app())
    const first = await begin(person)
    await begin(person)
    const code = await codeNow(app(), first.enrollment.secret)
    expect(refusalOf(await confirm(person, code))).toBe('WrongCodeError')
  })

  test('refuses a code where nothing was begun, or ten minutes ago', async () => {
    const person = await aSignedInPerson(app())
    expect(refusalOf(await confirm(person, '123456'))).toBe('ChallengeExpiredError')
    const { enrollment } = await begin(person)
    app().clock.advance(600)
    const { data } = await refresh(app(), person.refreshToken)
    const code = await codeNow(app(), enrollment.secret)
    const answer = await confirm(data.refreshSession.tokens, code)
    expect(refusalOf(answer)).toBe('ChallengeExpiredError')
  })

  test('refuses a session whose owner proved nothing for twenty minutes', async () => {
    const person = await anHourLater(app(), await aSignedInPerson(app()))
    expect(refusalOf(await confirm(person, '123456'))).toBe('ReauthenticationRequiredError')
  })

  test('of two parallel confirmations, sets up one app and shows one set of codes', async () => {
    const person = await aSignedInPerson(app())
    const { enrollment } = await begin(person)
    const code = await codeNow(app(), enrollment.secret)
    const answers = await Promise.all([confirm(person, code), confirm(person, code)])
    expect(answers.map(refusalOf).sort()).toEqual(['TotpAlreadyEnrolledError', 'none'])
    expect(answers.filter(({ recoveryCodes }) => recoveryCodes)).toHaveLength(1)
  })
})

describe('removeTotp', () => {
  test('leaves nothing where it was the last factor', async () => {
    const person = await aSignedInPerson(app())
    await aTotp(app(), person)
    expect(await remove(person)).toEqual({
      secondFactors: { isActive: false, totp: null, passkeys: [], recoveryCodesLeft: 0 },
      userErrors: [],
    })
    expect((await signIn(app(), person)).tokens).not.toBeNull()
    const sql = 'select * from identity.recovery_codes where user_id = $1'
    expect(await app().database.asAdmin(sql, [person.userId])).toEqual([])
  })

  test('leaves recovery codes where a passkey stays', async () => {
    const person = await aSignedInPerson(app())
    await aTotp(app(), person)
    await aPasskey(app(), person)
    const { secondFactors } = await remove(person)
    expect(secondFactors).toMatchObject({ isActive: true, totp: null, recoveryCodesLeft: 10 })
  })

  test('ends the other sessions and tells everybody concerned (S3)', async () => {
    const person = await aSignedInPerson(app())
    await aTotp(app(), person)
    const other = await aSession(app(), { user: person.user })
    await remove(person)
    const refreshed = await refresh(app(), other.refreshToken)
    expect(refreshed.data.refreshSession.userErrors).toMatchObject([
      { __typename: 'SessionEndedError' },
    ])
    expect(await statusOf(app(), person.accessToken)).toBe('OK')
    const events = (await app().events()).map(({ data }) => data)
    expect(events).toContainEqual({ userId: person.userId, factor: 'totp' })
    expect(events).toContainEqual({
      userId: person.userId,
      sessionId: other.sessionId,
      reason: 'second-factor-changed',
    })
    const letters = await subjects(person.email)
    expect(letters.at(-1)).toBe('Your account no longer has an authenticator app')
  })

  test('voids sign-ins that wait for their second step', async () => {
    const person = await aSignedInPerson(app())
    const { seed } = await aTotp(app(), person)
    await aPasskey(app(), person)
    const { token } = await firstStep(app(), person)
    await remove(person)
    const { data } = await secondStep(app(), token, { totpCode: await nextCode(app(), seed) })
    expect(refusalOf(data.completeSignIn)).toBe('ChallengeExpiredError')
  })

  test('refuses where there is no app, or only one that was not confirmed', async () => {
    const person = await aSignedInPerson(app())
    expect(refusalOf(await remove(person))).toBe('TotpNotEnrolledError')
    await begin(person)
    expect(refusalOf(await remove(person))).toBe('TotpNotEnrolledError')
  })

  test('A8: refuses a session whose owner proved nothing for ten minutes', async () => {
    const person = await aSignedInPerson(app())
    await aTotp(app(), person)
    const later = await anHourLater(app(), person)
    expect(refusalOf(await remove(later))).toBe('ReauthenticationRequiredError')
    expect(await factorsOf(person.userId, later)).toMatchObject({ isActive: true })
  })

  test('refuses whoever acts in the name of the owner', async () => {
    const person = await aSignedInPerson(app())
    await aTotp(app(), person)
    const asSupport = { ...principalOf(person), actor: 'usr_support' }
    const removing = app().transaction((tx) => removeTotp({ ...tx, actor: asSupport }))
    await expect(removing).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  })
})

/** The caller that a new token of this session would make. */
const principalOf = ({ userId, sessionId }: TestSession): Principal => ({
  kind: 'user',
  userId,
  sessionId,
  clientId: 'logicspike-app',
  workspaceId: null,
  permissions: new Set(),
  services: [],
  amr: ['pwd'],
  authTime: app().clock.now().getTime() / 1000,
  actor: null,
  expiresAt: app().clock.now().getTime() / 1000 + 300,
  tokenId: 'test',
})
