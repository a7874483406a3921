import { describe, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { aPerson, aSignedInPerson, firstStep, secondStep } from './support/a-person.ts'
import { anAuthenticator, aPasskey, aTotp, nextCode } from './support/a-second-factor.ts'
import { cheapHasher } from './support/cheap-hasher.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'
import { BEGIN_PASSKEY_SIGN_IN, SIGN_IN_WITH_PASSKEY } from './support/second-factor-operations.ts'
import type { Misbehaviour } from './support/software-authenticator.ts'

const app = useIdentityTestApp({ passwords: cheapHasher() })

/** Somebody with a passkey. */
async function aPasskeyHolder(synced = false) {
  const person = await aSignedInPerson(app())
  return { ...person, ...(await aPasskey(app(), person, anAuthenticator(synced))) }
}

async function begin(delivery = 'PAYLOAD') {
  const answer = await app().execute(BEGIN_PASSKEY_SIGN_IN, { input: { delivery } })
  return answer.data.beginPasskeySignIn.challenge as { token: string; passkeyRequest: object }
}

const answerWith = (challengeToken: string, passkey: object) =>
  app().execute(SIGN_IN_WITH_PASSKEY, { input: { challengeToken, passkey } })

/** Signs in with the newest passkey of an authenticator. */
async function enter(
  { authenticator }: Pick<Awaited<ReturnType<typeof aPasskeyHolder>>, 'authenticator'>,
  wrong: Misbehaviour = {},
) {
  const { token, passkeyRequest } = await begin()
  const { data } = await answerWith(token, authenticator.get(passkeyRequest, wrong))
  return data.signInWithPasskey
}

const outcomeOf = ({ userErrors }: { userErrors: { __typename: string }[] }) =>
  userErrors[0]?.__typename ?? 'session'

describe('signing in with a passkey', () => {
  test('needs no password and counts as two factors', async () => {
    const holder = await aPasskeyHolder()
    const { tokens, userErrors } = await enter(holder)
    expect(userErrors).toEqual([])
    expect(decodeJwt(tokens.accessToken)).toMatchObject({
      sub: holder.user.id,
      amr: ['hwk', 'mfa', 'user'],
    })
  })

  test('says that the key of a synced passkey is software', async () => {
    const { tokens } = await enter(await aPasskeyHolder(true))
    expect(decodeJwt(tokens.accessToken).amr).toEqual(['mfa', 'swk', 'user'])
  })

  test('asks for no second step, though the account has an app too', async () => {
    const holder = await aPasskeyHolder()
    await aTotp(app(), holder)
    expect(outcomeOf(await enter(holder))).toBe('session')
  })

  test('names no account when it begins', async () => {
    const { passkeyRequest } = await begin()
    expect(passkeyRequest).toMatchObject({
      allowCredentials: [],
      rpId: 'console.test',
      userVerification: 'required',
    })
  })

  test('delivers as it was begun: in a cookie', async () => {
    const { authenticator } = await aPasskeyHolder()
    const { token, passkeyRequest } = await begin('COOKIE')
    const answer = await answerWith(token, authenticator.get(passkeyRequest))
    expect(answer.data.signInWithPasskey.tokens.refreshToken).toBeNull()
    expect(answer.cookies['__Host-ls_refresh']).toMatch(/^ses_/)
  })

  test('remembers when the passkey was used', async () => {
    const holder = await aPasskeyHolder()
    app().clock.advance(3600)
    await enter(holder)
    const sql = 'select last_used_at from identity.passkeys where id = $1'
    expect(await app().database.asAdmin(sql, [holder.id])).toEqual([
      { last_used_at: app().clock.now() },
    ])
  })

  test('refuses what no browser answers', async () => {
    const { token } = await begin()
    const { data } = await answerWith(token, { id: 'x' })
    expect(outcomeOf(data.signInWithPasskey)).toBe('InvalidInputError')
  })

  test('refuses an answer that is no JSON object at the door', async () => {
    const { errors } = await answerWith('x', [1] as object)
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })

  test('refuses an account that is closed', async () => {
    const holder = await aPasskeyHolder()
    const sql = `update identity.users set status = 'deactivated' where id = $1`
    await app().database.asAdmin(sql, [holder.user.id])
    expect(outcomeOf(await enter(holder))).toBe('AccountDeactivatedError')
  })

  test('refuses an account whose address is not verified', async () => {
    const holder = await aPasskeyHolder()
    const sql = 'update identity.users set email_verified = false where id = $1'
    await app().database.asAdmin(sql, [holder.user.id])
    expect(outcomeOf(await enter(holder))).toBe('EmailNotVerifiedError')
  })

  test('is limited by network', async () => {
    const ip = '198.51.100.9'
    const input = { delivery: 'PAYLOAD' }
    for (let i = 0; i < 100; i += 1) {
      await app()
        .app.contexts.forJob('test')
        .limits.spend('passkeySignInByNetwork', '198.51.100.0/24')
    }
    const { errors } = await app().execute(BEGIN_PASSKEY_SIGN_IN, { input }, { ip })
    expect(errors[0]?.extensions).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterSeconds: expect.any(Number),
    })
  })
})

describe('A10: signing in with a passkey is refused', () => {
  const misbehaviours: [string, Misbehaviour][] = [
    ['from another origin', { origin: 'http://console.test.evil.example' }],
    ['for another relying party', { rpId: 'evil.example' }],
    ['without verifying the person', { userVerified: false }],
    ['without a person', { userPresent: false }],
    ['with a wrong signature', { badSignature: true }],
    ['for a challenge of its own', { challenge: Buffer.alloc(32).toString('base64url') }],
    ['with the answer to a registration', { type: 'webauthn.create' }],
    ['without naming the account', { userHandle: null }],
    ['naming another account', { userHandle: Buffer.from('usr_x').toString('base64url') }],
    ['by one that became synced', { backupEligible: true }],
  ]
  test.each(misbehaviours)('A10: %s', async (_, wrong) => {
    const holder = await aPasskeyHolder()
    expect(outcomeOf(await enter(holder, wrong))).toBe('PasskeyRefusedError')
    expect(outcomeOf(await enter(holder))).toBe('session')
  })

  test('A10: with a counter that went back, or did not move', async () => {
    const holder = await aPasskeyHolder()
    expect(outcomeOf(await enter(holder, { counter: 10 }))).toBe('session')
    expect(outcomeOf(await enter(holder, { counter: 9 }))).toBe('PasskeyRefusedError')
    expect(outcomeOf(await enter(holder, { counter: 10 }))).toBe('PasskeyRefusedError')
    expect(outcomeOf(await enter(holder, { counter: 0 }))).toBe('PasskeyRefusedError')
    expect(outcomeOf(await enter(holder, { counter: 11 }))).toBe('session')
  })

  test('A10: but a synced passkey, which counts nothing, is not', async () => {
    const holder = await aPasskeyHolder(true)
    expect(outcomeOf(await enter(holder))).toBe('session')
    expect(outcomeOf(await enter(holder))).toBe('session')
  })

  test('A10: with an answer given before', async () => {
    const { authenticator } = await aPasskeyHolder()
    const { token, passkeyRequest } = await begin()
    const answer = authenticator.get(passkeyRequest)
    const first = await answerWith(token, answer)
    expect(outcomeOf(first.data.signInWithPasskey)).toBe('session')
    const second = await answerWith(token, answer)
    expect(outcomeOf(second.data.signInWithPasskey)).toBe('ChallengeExpiredError')
    const other = await begin()
    const third = await answerWith(other.token, answer)
    expect(outcomeOf(third.data.signInWithPasskey)).toBe('PasskeyRefusedError')
  })

  test('A10: with the right answer after a wrong one', async () => {
    const { authenticator } = await aPasskeyHolder()
    const { token, passkeyRequest } = await begin()
    await answerWith(token, authenticator.get(passkeyRequest, { badSignature: true }))
    const { data } = await answerWith(token, authenticator.get(passkeyRequest))
    expect(outcomeOf(data.signInWithPasskey)).toBe('ChallengeExpiredError')
  })

  test('A10: after ten minutes', async () => {
    const { authenticator } = await aPasskeyHolder()
    const { token, passkeyRequest } = await begin()
    app().clock.advance(600)
    const { data } = await answerWith(token, authenticator.get(passkeyRequest))
    expect(outcomeOf(data.signInWithPasskey)).toBe('ChallengeExpiredError')
  })

  test('A10: nine times of ten that one answer is given in parallel', async () => {
    const { authenticator } = await aPasskeyHolder()
    const { token, passkeyRequest } = await begin()
    const answer = authenticator.get(passkeyRequest)
    const answers = await Promise.all(Array.from({ length: 10 }, () => answerWith(token, answer)))
    const outcomes = answers.map(({ data }) => outcomeOf(data.signInWithPasskey))
    expect(outcomes.sort()).toEqual([...Array(9).fill('ChallengeExpiredError'), 'session'])
  })

  test('A10: by a credential that nobody registered', async () => {
    const stranger = anAuthenticator()
    stranger.create({
      challenge: 'AAAA',
      rp: { id: 'console.test' },
      user: { id: Buffer.from((await aPerson(app())).user.id).toString('base64url') },
    })
    expect(outcomeOf(await enter({ authenticator: stranger }))).toBe('PasskeyRefusedError')
  })

  test('A10: by a passkey that was removed', async () => {
    const holder = await aPasskeyHolder()
    await app().database.asAdmin('delete from identity.passkeys where id = $1', [holder.id])
    expect(outcomeOf(await enter(holder))).toBe('PasskeyRefusedError')
  })
})

describe('A10: a passkey as the second step is refused', () => {
  async function secondStepWith(wrong: Misbehaviour) {
    const holder = await aPasskeyHolder()
    const { token, passkeyRequest } = await firstStep(app(), holder)
    const passkey = holder.authenticator.get(passkeyRequest ?? {}, wrong)
    const { data } = await secondStep(app(), token, { passkey })
    return { holder, token, outcome: outcomeOf(data.completeSignIn) }
  }

  const misbehaviours: [string, Misbehaviour][] = [
    ['from another origin', { origin: 'https://console.test' }],
    ['for another relying party', { rpId: 'test' }],
    ['without verifying the person', { userVerified: false }],
    ['with a wrong signature', { badSignature: true }],
    ['naming another account', { userHandle: Buffer.from('usr_x').toString('base64url') }],
  ]
  test.each(misbehaviours)('A10: %s', async (_, wrong) => {
    expect((await secondStepWith(wrong)).outcome).toBe('PasskeyRefusedError')
  })

  test('A10: though it may leave the account unnamed, which the first step named', async () => {
    expect((await secondStepWith({ userHandle: null })).outcome).toBe('session')
  })

  test('A10: when it is the passkey of somebody else', async () => {
    const [ann, ben] = [await aPasskeyHolder(), await aPasskeyHolder()]
    const { token, passkeyRequest } = await firstStep(app(), ann)
    const { challenge } = passkeyRequest as { challenge: string }
    const passkey = ben.authenticator.get({ challenge, rpId: 'console.test' })
    const { data } = await secondStep(app(), token, { passkey })
    expect(outcomeOf(data.completeSignIn)).toBe('PasskeyRefusedError')
  })

  test('A10: at its second try, while an app may still answer', async () => {
    const holder = await aPasskeyHolder()
    const { seed } = await aTotp(app(), holder)
    const { token, passkeyRequest } = await firstStep(app(), holder)
    const bad = holder.authenticator.get(passkeyRequest ?? {}, { badSignature: true })
    await secondStep(app(), token, { passkey: bad })
    const good = holder.authenticator.get(passkeyRequest ?? {})
    const again = await secondStep(app(), token, { passkey: good })
    expect(outcomeOf(again.data.completeSignIn)).toBe('PasskeyRefusedError')
    const totpCode = await nextCode(app(), seed)
    const { data } = await secondStep(app(), token, { totpCode })
    expect(outcomeOf(data.completeSignIn)).toBe('session')
  })

  test('A10: with the answer to a question for a sign-in without password, and the other way round', async () => {
    const holder = await aPasskeyHolder()
    const asked = await firstStep(app(), holder)
    const free = await begin()
    const forFree = holder.authenticator.get(free.passkeyRequest)
    const forAsked = holder.authenticator.get(asked.passkeyRequest ?? {})
    const crossed = await secondStep(app(), free.token, { passkey: forFree })
    expect(outcomeOf(crossed.data.completeSignIn)).toBe('ChallengeExpiredError')
    const back = await answerWith(asked.token, forAsked)
    expect(outcomeOf(back.data.signInWithPasskey)).toBe('ChallengeExpiredError')
  })
})
