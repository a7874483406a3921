import { describe, expect, test } from '@jest/globals'
import {
  anAddress,
  anEmail,
  countingHasher,
  goodPassword,
  mailsTo,
  run,
  tokenMailedTo,
} from './support/credential-operations.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'

const app = useIdentityTestApp({ passwords: countingHasher() })

/** Signs up; gives the address and the token of the mail. */
async function anApplication(): Promise<{ email: string; token: string }> {
  const email = anEmail()
  const input = { email, password: goodPassword, displayName: 'Ada' }
  await run(app(), 'signUp', input, { ip: anAddress() })
  return { email, token: await tokenMailedTo(app(), email) }
}

const verify = (token: string) => run(app(), 'verifyEmail', { token }, { ip: anAddress() })
const invalid = ['InvalidTokenError']

describe('verifying an address', () => {
  test('proves it, tells of it, and signs nobody in', async () => {
    const { email, token } = await anApplication()
    const { payload, answer } = await verify(token)
    expect(payload).toEqual({ email, userErrors: [] })
    expect(answer.setCookie).toEqual([])
    expect((await app().events()).at(-1)?.type).toBe('user.email_verified')
  })

  test('works once', async () => {
    const { token } = await anApplication()
    expect((await verify(token)).refusals).toEqual([])
    expect((await verify(token)).refusals).toEqual(invalid)
  })

  test('works once when tried many times at the same moment', async () => {
    const { token } = await anApplication()
    const tries = await Promise.all(Array.from({ length: 8 }, () => verify(token)))
    expect(tries.filter(({ refusals }) => refusals.length === 0)).toHaveLength(1)
    expect(tries.flatMap(({ codes }) => codes)).toEqual([])
  })

  test('works for 24 hours', async () => {
    const [early, late] = [await anApplication(), await anApplication()]
    app().clock.advance(24 * 3600 - 5)
    expect((await verify(early.token)).refusals).toEqual([])
    app().clock.advance(5)
    expect((await verify(late.token)).refusals).toEqual(invalid)
  })

  test('works with the newest mail only', async () => {
    const { email, token } = await anApplication()
    await run(app(), 'resendVerificationEmail', { email }, { ip: anAddress() })
    const newer = await tokenMailedTo(app(), email)
    expect((await verify(token)).refusals).toEqual(invalid)
    expect((await verify(newer)).refusals).toEqual([])
  })

  test('takes no token of another kind', async () => {
    const { email, token } = await anApplication()
    await run(app(), 'requestPasswordReset', { email }, { ip: anAddress() })
    const reset = await tokenMailedTo(app(), email)
    expect((await verify(reset)).refusals).toEqual(invalid)
    const input = { token, newPassword: goodPassword }
    expect((await run(app(), 'resetPassword', input)).refusals).toEqual(invalid)
  })

  test.each([
    ['nothing', ''],
    ['a word', 'x'],
    ['what looks like a token', 'x'.repeat(43)],
    ['a long text', 'x'.repeat(100_000)],
    ['SQL', "' or true --"],
    ['a NUL', '\u0000'],
  ])('refuses %s as it refuses any other token', async (_, token) => {
    const { refusals, codes } = await verify(token)
    expect({ refusals, codes }).toEqual({ refusals: invalid, codes: [] })
  })

  test('keeps hashes of tokens only', async () => {
    const { token } = await anApplication()
    const rows = await app().database.asAdmin<{ row: string }>(
      'select row_to_json(t)::text as row from identity.email_tokens t',
    )
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.some(({ row }) => row.includes(token))).toBe(false)
  })
})

describe('asking for the verification mail again', () => {
  test('A4: answers the same for every address, and writes one mail to each', async () => {
    const waiting = (await anApplication()).email
    const verified = await anApplication()
    await verify(verified.token)
    const answers = []
    for (const email of [waiting, verified.email, anEmail()]) {
      const before = (await mailsTo(app(), email)).length
      const { answer } = await run(app(), 'resendVerificationEmail', { email }, { ip: anAddress() })
      answers.push({
        answer: JSON.stringify(answer).replaceAll(email, 'the address'),
        mails: (await mailsTo(app(), email)).length - before,
      })
    }
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
    expect(answers[0]?.mails).toBe(1)
  })

  test('tells the mailbox, and nobody else, what there is', async () => {
    const nobody = anEmail()
    await run(app(), 'resendVerificationEmail', { email: nobody }, { ip: anAddress() })
    expect((await mailsTo(app(), nobody)).at(-1)?.subject).toBe(
      'There is no account with this address',
    )
    const { email, token } = await anApplication()
    await verify(token)
    await run(app(), 'resendVerificationEmail', { email }, { ip: anAddress() })
    expect((await mailsTo(app(), email)).at(-1)?.subject).toBe('You already have an account')
  })
})
