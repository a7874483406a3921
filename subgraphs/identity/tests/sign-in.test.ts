import { describe, expect, test } from '@jest/globals'
import { hash as argon2 } from '@node-rs/argon2'
import { setPassword } from '../src/modules/credentials/password.repository.ts'
import { User } from '../src/modules/users/user.entity.ts'
import { aUser } from './support/a-session.ts'
import {
  aMember,
  anAddress,
  anEmail,
  countingHasher,
  goodPassword,
  otherPassword,
  run,
} from './support/credential-operations.ts'
import { useIdentityTestApp } from './support/identity-test-app.ts'

const hasher = countingHasher()
const app = useIdentityTestApp({ passwords: hasher })

const signIn = (input: Readonly<Record<string, unknown>>) =>
  run(app(), 'signIn', input, { ip: anAddress() })

const auditCount = async (): Promise<number> => (await app().audit()).length

describe('signing in with a password', () => {
  test('gives an app its tokens in the payload, and a note for this device', async () => {
    const { payload, answer } = await signIn({ ...(await aMember(app())), delivery: 'PAYLOAD' })
    expect(payload).toMatchObject({
      tokens: {
        accessToken: expect.any(String),
        refreshToken: expect.stringMatching(/^ses_/),
        workspace: null,
      },
      secondFactor: null,
      deviceToken: expect.any(String),
      userErrors: [],
    })
    expect(answer.setCookie).toEqual([])
  })

  test('gives a browser its refresh token and its note in cookies that scripts cannot read', async () => {
    const { payload, answer } = await signIn(await aMember(app()))
    expect(payload).toMatchObject({ tokens: { refreshToken: null }, deviceToken: null })
    expect(Object.keys(answer.cookies).toSorted()).toEqual([
      '__Host-ls_device',
      '__Host-ls_refresh',
    ])
    for (const cookie of answer.setCookie) {
      expect(cookie).toMatch(/; Path=\/; Secure; HttpOnly; SameSite=Strict$/)
      expect(cookie).not.toContain('Domain')
    }
  })

  test('finds the account whatever case and blanks the address is typed with', async () => {
    const { email, password } = await aMember(app())
    expect((await signIn({ email: ` ${email.toUpperCase()} `, password })).refusals).toEqual([])
  })

  test('A3: answers alike, and works alike, whatever is wrong', async () => {
    const member = await aMember(app())
    const googleOnly = await aUser(app())
    const deactivated = await aMember(app())
    await app().transaction((tx) =>
      tx.em.nativeUpdate(User, { email: deactivated.email as never }, { status: 'deactivated' }),
    )
    const unverified = anEmail()
    await run(app(), 'signUp', {
      email: unverified,
      password: goodPassword,
      displayName: 'Ada',
    })
    const outcomes = []
    for (const email of [
      member.email,
      anEmail(),
      googleOnly.email,
      deactivated.email,
      unverified,
    ]) {
      const [hashes, records] = [hasher.count, await auditCount()]
      const { answer } = await signIn({ email, password: otherPassword })
      outcomes.push({
        answer,
        hashes: hasher.count - hashes,
        records: (await auditCount()) - records,
      })
    }
    expect(outcomes[0]).toMatchObject({
      answer: {
        data: {
          signIn: {
            tokens: null,
            secondFactor: null,
            deviceToken: null,
            userErrors: [{ __typename: 'InvalidCredentialsError', path: null }],
          },
        },
        errors: [],
        setCookie: [],
      },
      hashes: 1,
      records: 1,
    })
    for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0])
  })

  test('tells of a closed account only whoever knows its password', async () => {
    const { email, password } = await aMember(app())
    await app().transaction((tx) =>
      tx.em.nativeUpdate(User, { email: email as never }, { status: 'deactivated' }),
    )
    expect((await signIn({ email, password })).refusals).toEqual(['AccountDeactivatedError'])
  })

  test('hashes the password again when its parameters are those of yesterday', async () => {
    const { email, password } = await aMember(app())
    const old = await argon2(password, { memoryCost: 32, timeCost: 1, algorithm: 2 })
    const [row] = await app().database.asAdmin<{ id: User['id'] }>(
      'select id from identity.users where email = $1',
      [email],
    )
    if (!row) throw new Error('no such user')
    await app().transaction((tx) => setPassword(tx, row.id, old))
    const both = await Promise.all([signIn({ email, password }), signIn({ email, password })])
    expect(both.map(({ refusals }) => refusals)).toEqual([[], []])
    const [stored] = await app().database.asAdmin<{ hash: string }>(
      'select hash from identity.passwords where user_id = $1',
      [row.id],
    )
    expect(stored?.hash).toContain('m=64')
    const before = hasher.count
    expect((await signIn({ email, password })).refusals).toEqual([])
    expect(hasher.count - before).toBe(1)
  })

  test('leaves a wrong password, and none of its characters, in the audit log', async () => {
    const { email } = await aMember(app())
    await signIn({ email, password: otherPassword })
    const record = (await app().audit()).at(-1)
    expect(record).toMatchObject({
      action: 'session.sign_in_failed',
      outcome: 'refused',
      target: { type: 'user' },
      details: { reason: 'wrong-password' },
    })
    expect(JSON.stringify(record)).not.toContain('kettles')
  })

  test.each([
    ['no address', { email: 'ada' }, 'InvalidInputError'],
    ['a broken character', { password: 'half a pair \ud83e of it' }, 'InvalidInputError'],
    ['no password', { password: '' }, 'InvalidCredentialsError'],
  ])('refuses %s', async (_, input, refusal) => {
    const { refusals } = await signIn({ email: anEmail(), password: goodPassword, ...input })
    expect(refusals).toEqual([refusal])
  })
})
