import { describe, expect, test } from '@jest/globals'
import { aSignedInPerson, firstStep, secondStep } from './support/a-person.ts'
import { aPasskey, aTotp } from './support/a-second-factor.ts'
import { anHourLater } from './support/an-old-session.ts'
import { cheapHasher } from './support/cheap-hasher.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'
import { REGENERATE_CODES } from './support/second-factor-operations.ts'

const app = useIdentityTestApp({ passwords: cheapHasher() })

const regenerate = ({ accessToken: token }: { accessToken: string }) =>
  app().execute(REGENERATE_CODES, {}, { token })

const refusalOf = ({ userErrors }: { userErrors: { __typename: string }[] }) =>
  userErrors[0]?.__typename ?? 'none'

/** Tries a code at the second step of a new sign-in. */
async function tryCode(person: Parameters<typeof firstStep>[1], recoveryCode = '') {
  const { token } = await firstStep(app(), person)
  const { data } = await secondStep(app(), token, { recoveryCode })
  return refusalOf(data.completeSignIn)
}

describe('regenerateRecoveryCodes', () => {
  test('replaces the codes: the new ones work, the old ones do not', async () => {
    const person = await aSignedInPerson(app())
    const { recoveryCodes: old } = await aTotp(app(), person)
    const { data } = await regenerate(person)
    const { recoveryCodes, userErrors } = data.regenerateRecoveryCodes
    expect(userErrors).toEqual([])
    expect(recoveryCodes).toHaveLength(10)
    expect(await tryCode(person, old[0])).toBe('WrongCodeError')
    expect(await tryCode(person, recoveryCodes[0])).toBe('none')
  })

  test('serves accounts with a passkey as well', async () => {
    const person = await aSignedInPerson(app())
    await aPasskey(app(), person)
    const { data } = await regenerate(person)
    expect(await tryCode(person, data.regenerateRecoveryCodes.recoveryCodes[9])).toBe('none')
  })

  test('tells the owner, listeners and auditors', async () => {
    const person = await aSignedInPerson(app())
    await aTotp(app(), person)
    await regenerate(person)
    const letters = (await app().mails()).filter(({ to }) => to === person.email)
    expect(letters.at(-1)?.subject).toBe('Your account has new recovery codes')
    const events = (await app().events()).map(({ data }) => data)
    expect(events).toContainEqual({ userId: person.userId, factor: 'recovery-codes' })
    expect(await app().audit()).toContainEqual(
      expect.objectContaining({
        action: 'user.second_factor_added',
        target: { type: 'user', id: person.userId },
        details: { factor: 'recovery-codes' },
      }),
    )
  })

  test('refuses an account without a second factor', async () => {
    const { data } = await regenerate(await aSignedInPerson(app()))
    expect(data.regenerateRecoveryCodes).toMatchObject({
      recoveryCodes: null,
      userErrors: [{ __typename: 'NoSecondFactorError' }],
    })
  })

  test('refuses a session whose owner proved nothing for ten minutes', async () => {
    const person = await aSignedInPerson(app())
    const { recoveryCodes } = await aTotp(app(), person)
    const { data } = await regenerate(await anHourLater(app(), person))
    expect(refusalOf(data.regenerateRecoveryCodes)).toBe('ReauthenticationRequiredError')
    expect(await tryCode(person, recoveryCodes[0])).toBe('none')
  })

  test('refuses the twenty-first set within an hour, as each costs ten hashes', async () => {
    const person = await aSignedInPerson(app())
    await aTotp(app(), person)
    const { limits } = app().app.contexts.forJob('test')
    for (let i = 1; i < 20; i += 1) await limits.spend('recoveryCodesByUser', person.userId)
    const { errors } = await regenerate(person)
    expect(errors[0]?.extensions.code).toBe('RATE_LIMITED')
  })

  test('leaves one whole set of two that are made at once', async () => {
    const person = await aSignedInPerson(app())
    await aTotp(app(), person)
    const answers = await Promise.all([regenerate(person), regenerate(person)])
    const outcomes: string[] = []
    for (const { data } of answers) {
      outcomes.push(await tryCode(person, data.regenerateRecoveryCodes.recoveryCodes[4]))
    }
    expect(outcomes.sort()).toEqual(['WrongCodeError', 'none'])
  })
})
