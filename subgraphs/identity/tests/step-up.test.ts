import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { decodeJwt } from 'jose'
import { aSignedInPerson } from './support/a-person.ts'
import { aPasskey, aTotp, codeNow, nextCode } from './support/a-second-factor.ts'
import { aSession, aUser } from './support/a-session.ts'
import { anHourLater } from './support/an-old-session.ts'
import { cheapHasher } from './support/cheap-hasher.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'
import { BEGIN_STEP_UP, BEGIN_TOTP, STEP_UP } from './support/second-factor-operations.ts'
import { refresh, SWITCH } from './support/session-operations.ts'

const app = useIdentityTestApp({ passwords: cheapHasher() })

type Holder = { readonly accessToken: string }
type Proof = { password?: string; totpCode?: string; recoveryCode?: string; passkey?: object }

async function ask({ accessToken: token }: Holder) {
  const { data } = await app().execute(BEGIN_STEP_UP, {}, { token })
  return data.beginStepUp as {
    challenge: { token: string; methods: string[]; passkeyRequest: object | null } | null
    userErrors: { __typename: string }[]
  }
}

const prove = ({ accessToken: token }: Holder, challengeToken: string, proof: Proof) =>
  app().execute(STEP_UP, { input: { challengeToken, ...proof } }, { token })

/** Asks and proves; gives what `stepUp` answers. */
async function stepUp(holder: Holder, proof: Proof) {
  const { challenge } = await ask(holder)
  return (await prove(holder, challenge?.token ?? '', proof)).data.stepUp
}

const outcomeOf = ({ userErrors }: { userErrors: { __typename: string }[] }) =>
  userErrors[0]?.__typename ?? 'raised'

/** A token for a workspace by RFC 8693, as an app asks for it. */
async function exchangeToken(token: string, workspaceId: string): Promise<string> {
  const answer = await app().app.server.http.inject({
    method: 'POST',
    url: '/oauth/token',
    headers: {
      'x-gateway-key': app().gatewayKey,
      'content-type': 'application/x-www-form-urlencoded',
    },
    payload: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      client_id: 'logicspike-app',
      subject_token: token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      workspace_id: workspaceId,
    }).toString(),
  })
  return answer.json().access_token
}

describe('beginStepUp', () => {
  test('asks for the password where the account has nothing stronger', async () => {
    const { challenge } = await ask(await aSignedInPerson(app()))
    expect(challenge).toMatchObject({ methods: ['PASSWORD'], passkeyRequest: null })
  })

  test('asks for a second factor where the account has one, and not for the password', async () => {
    const person = await aSignedInPerson(app())
    await aTotp(app(), person)
    await aPasskey(app(), person)
    const { challenge } = await ask(person)
    expect(challenge).toMatchObject({
      methods: ['PASSKEY', 'TOTP', 'RECOVERY_CODE'],
      passkeyRequest: { userVerification: 'required' },
    })
  })

  test('sends an account that has neither to sign in again', async () => {
    const answer = await ask(await aSession(app(), { user: await aUser(app()), amr: ['fed'] }))
    expect(answer).toMatchObject({
      challenge: null,
      userErrors: [{ __typename: 'NoStepUpMethodError' }],
    })
  })

  test('refuses whoever is not signed in', async () => {
    const { errors } = await app().execute(BEGIN_STEP_UP)
    expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
  })
})

describe('stepUp', () => {
  test('with the password renews the proof, but adds no factor', async () => {
    const person = await anHourLater(app(), await aSignedInPerson(app()))
    const { tokens } = await stepUp(person, { password: person.password })
    expect(decodeJwt(tokens.accessToken)).toMatchObject({
      sid: person.sessionId,
      amr: ['pwd'],
      auth_time: Math.floor(app().clock.now().getTime() / 1000),
    })
  })

  test('with a code of the app adds the factor to the session', async () => {
    const person = await aSignedInPerson(app())
    const { seed } = await aTotp(app(), person)
    const later = await anHourLater(app(), person)
    const { tokens } = await stepUp(later, { totpCode: await codeNow(app(), seed) })
    expect(decodeJwt(tokens.accessToken).amr).toEqual(['mfa', 'otp', 'pwd'])
    const refreshed = await refresh(app(), tokens.refreshToken)
    const { accessToken } = refreshed.data.refreshSession.tokens
    expect(decodeJwt(accessToken).amr).toEqual(['mfa', 'otp', 'pwd'])
  })

  test('with a recovery code uses it up', async () => {
    const person = await aSignedInPerson(app())
    const { recoveryCodes } = await aTotp(app(), person)
    const proof = { recoveryCode: recoveryCodes[0] ?? '' }
    expect(outcomeOf(await stepUp(person, proof))).toBe('raised')
    expect(outcomeOf(await stepUp(person, proof))).toBe('WrongCodeError')
  })

  test('with a passkey adds its factors to the session', async () => {
    const person = await aSignedInPerson(app())
    const { authenticator } = await aPasskey(app(), person)
    const { challenge } = await ask(person)
    const passkey = authenticator.get(challenge?.passkeyRequest ?? {})
    const { data } = await prove(person, challenge?.token ?? '', { passkey })
    expect(decodeJwt(data.stepUp.tokens.accessToken).amr).toEqual(['hwk', 'mfa', 'pwd', 'user'])
  })

  test('gives new tokens; the refresh token of before is dead (S6)', async () => {
    const person = await aSignedInPerson(app())
    const { tokens } = await stepUp(person, { password: person.password })
    expect(tokens.refreshToken).not.toBe(person.refreshToken)
    expect(tokens.session.id).toBe(person.sessionId)
    const old = await refresh(app(), person.refreshToken)
    expect(old.data.refreshSession.userErrors).toMatchObject([{ __typename: 'SessionEndedError' }])
  })

  test('gives nothing to the access token of before: it stays as old as it was (S6)', async () => {
    const person = await anHourLater(app(), await aSignedInPerson(app()))
    const { tokens } = await stepUp(person, { password: person.password })
    const begin = async (token: string) =>
      outcomeOf((await app().execute(BEGIN_TOTP, {}, { token })).data.beginTotpEnrollment)
    expect(await begin(person.accessToken)).toBe('ReauthenticationRequiredError')
    expect(await begin(tokens.accessToken)).toBe('raised')
  })

  test('gives nothing to what the access token of before is exchanged for (S6)', async () => {
    const person = await anHourLater(app(), await aSignedInPerson(app()))
    const workspaceId = newId('workspace')
    app().tenancy.join(person.userId, workspaceId)
    await stepUp(person, { password: person.password })
    const token = person.accessToken
    const switched = await app().execute(SWITCH, { input: { workspaceId } }, { token })
    const exchanged = [
      switched.data.switchWorkspace.tokens.accessToken,
      await exchangeToken(token, workspaceId),
    ]
    const { auth_time } = decodeJwt(token)
    expect(exchanged.map((one) => decodeJwt(one).auth_time)).toEqual([auth_time, auth_time])
  })

  test('stays in the workspace of the token', async () => {
    const person = await aSignedInPerson(app())
    const workspaceId = newId('workspace')
    app().tenancy.join(person.userId, workspaceId)
    const entered = await app().execute(
      SWITCH,
      { input: { workspaceId } },
      { token: person.accessToken },
    )
    const inside = { accessToken: entered.data.switchWorkspace.tokens.accessToken }
    const { tokens } = await stepUp(inside, { password: person.password })
    expect(tokens.workspace).toEqual({ id: workspaceId })
    expect(decodeJwt(tokens.accessToken).tid).toBe(workspaceId)
  })

  test('leaves a workspace that can no longer be entered', async () => {
    const person = await aSignedInPerson(app())
    const workspaceId = newId('workspace')
    app().tenancy.join(person.userId, workspaceId)
    const entered = await app().execute(
      SWITCH,
      { input: { workspaceId } },
      { token: person.accessToken },
    )
    app().tenancy.answer(person.userId, workspaceId, { status: 'suspended' })
    const inside = { accessToken: entered.data.switchWorkspace.tokens.accessToken }
    const { tokens } = await stepUp(inside, { password: person.password })
    expect(tokens.workspace).toBeNull()
  })

  test('refuses a wrong password, and counts it', async () => {
    const person = await aSignedInPerson(app())
    const answer = await stepUp(person, { password: 'another one entirely' })
    expect(answer).toMatchObject({
      tokens: null,
      userErrors: [{ __typename: 'WrongPasswordError', path: ['password'] }],
    })
    for (let i = 0; i < 9; i += 1) await stepUp(person, { password: `wrong password ${i}` })
    const { challenge } = await ask(person)
    const { errors } = await prove(person, challenge?.token ?? '', { password: person.password })
    expect(errors[0]?.extensions.code).toBe('RATE_LIMITED')
  })

  test('refuses the right password of an account with a second factor', async () => {
    const person = await aSignedInPerson(app())
    await aTotp(app(), person)
    const answer = await stepUp(person, { password: person.password })
    expect(outcomeOf(answer)).toBe('WrongPasswordError')
  })

  test('refuses a wrong code and says how many tries are left', async () => {
    const person = await aSignedInPerson(app())
    await aTotp(app(), person)
    const answer = await stepUp(person, { totpCode: '000000' })
    expect(answer.userErrors).toMatchObject([
      { __typename: 'WrongCodeError', path: ['totpCode'], triesLeft: 4 },
    ])
  })

  test('refuses a passkey that does not verify the person', async () => {
    const person = await aSignedInPerson(app())
    const { authenticator } = await aPasskey(app(), person)
    const { challenge } = await ask(person)
    const passkey = authenticator.get(challenge?.passkeyRequest ?? {}, { userVerified: false })
    const { data } = await prove(person, challenge?.token ?? '', { passkey })
    expect(outcomeOf(data.stepUp)).toBe('PasskeyRefusedError')
  })

  test.each([
    ['no proof', {}],
    ['a password and a code', { password: 'nine purple wardrobes sing', totpCode: '123456' }],
    ['two codes', { recoveryCode: '0000-0000-0000', totpCode: '123456' }],
    ['a password that is none', { password: 'x'.repeat(2000) }],
  ])('refuses %s as an input', async (_, proof) => {
    const answer = await stepUp(await aSignedInPerson(app()), proof)
    expect(outcomeOf(answer)).toBe('InvalidInputError')
  })

  test('takes one answer to one question, also of several at once', async () => {
    const person = await aSignedInPerson(app())
    const { recoveryCodes } = await aTotp(app(), person)
    const { challenge } = await ask(person)
    const answers = await Promise.all(
      recoveryCodes
        .slice(0, 4)
        .map((recoveryCode) => prove(person, challenge?.token ?? '', { recoveryCode })),
    )
    const outcomes = answers.map(({ data }) => outcomeOf(data.stepUp))
    expect(outcomes.sort()).toEqual([...Array(3).fill('ChallengeExpiredError'), 'raised'])
  })

  test('refuses the answer of another session to its question', async () => {
    const person = await aSignedInPerson(app())
    const other = await aSession(app(), { user: person.user })
    const { challenge } = await ask(person)
    const proof = { password: person.password }
    const { data } = await prove(other, challenge?.token ?? '', proof)
    expect(outcomeOf(data.stepUp)).toBe('ChallengeExpiredError')
  })

  test('refuses an answer to an earlier question, and one after ten minutes', async () => {
    const person = await aSignedInPerson(app())
    const proof = { password: person.password }
    const earlier = await ask(person)
    const later = await ask(person)
    const first = await prove(person, earlier.challenge?.token ?? '', proof)
    expect(outcomeOf(first.data.stepUp)).toBe('ChallengeExpiredError')
    app().clock.advance(600)
    const { data } = await refresh(app(), person.refreshToken)
    const second = await prove(data.refreshSession.tokens, later.challenge?.token ?? '', proof)
    expect(outcomeOf(second.data.stepUp)).toBe('ChallengeExpiredError')
  })

  test('uses a count of its own: guesses here leave sign-ins alone', async () => {
    const person = await aSignedInPerson(app())
    const { seed } = await aTotp(app(), person)
    for (let i = 0; i < 10; i += 1) await stepUp(person, { totpCode: '000000' })
    const { challenge } = await ask(person)
    const totpCode = await nextCode(app(), seed)
    const { errors } = await prove(person, challenge?.token ?? '', { totpCode })
    expect(errors[0]?.extensions.code).toBe('RATE_LIMITED')
    const limits = app().app.contexts.forJob('test').limits
    await expect(limits.allows('totpByUser', `sign-in:${person.userId}`)).resolves.toBe(true)
  })
})
