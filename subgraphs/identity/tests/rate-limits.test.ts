import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { createLogger } from '@logicspike/telemetry'
import { createIdentityApp } from '../src/index.ts'
import { purgeRateLimits } from '../src/modules/rate-limits/purge-rate-limits.job.ts'
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
import {
  createIdentityTestApp,
  type IdentityTestApp,
  testConfig,
  useIdentityTestApp,
} from './support/identity-test-app.ts'

const hasher = countingHasher()
const app = useIdentityTestApp({ passwords: hasher })

const wrong = (email: string) => ({ email, password: otherPassword })

/** Wrong passwords until refused; gives how many were let through. */
async function guess(email: string, ip: string, most = 30, on = app()): Promise<number> {
  for (let count = 0; count < most; count += 1) {
    const { codes } = await run(on, 'signIn', wrong(email), { ip })
    if (codes.includes('RATE_LIMITED')) return count
  }
  return most
}

/** Ends every window, as waiting would. */
const forgetCounts = () => app().database.asAdmin('delete from identity.rate_limits')

/** Uses up what the account may be tried in all, from ever new networks. */
async function besiege(email: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 10) {
    if ((await guess(email, anAddress(), 10)) < 10) return
  }
  throw new Error('the account takes any number of tries')
}

describe('A1: tries of a password', () => {
  test('A1: a thousand aliases in one request are a thousand tries', async () => {
    const { email, password } = await aMember(app())
    const before = hasher.count
    const aliases = Array.from(
      { length: 1000 },
      (_, at) => `a${at}: signIn(input: $input) { userErrors { __typename } }`,
    )
    const document = `mutation ($input: SignInInput!) { ${aliases.join('\n')} }`
    const answer = await app().execute(document, { input: wrong(email) }, { ip: anAddress() })
    expect(hasher.count - before).toBe(10)
    expect(answer.errors).toHaveLength(990)
    expect(new Set(answer.errors.map(({ extensions }) => extensions.code))).toEqual(
      new Set(['RATE_LIMITED']),
    )
    const right = await run(app(), 'signIn', { email, password }, { ip: anAddress() })
    expect(right.refusals).toEqual([])
  })

  test('A1: fragments hide nothing', async () => {
    const { email } = await aMember(app())
    const before = hasher.count
    const fields = Array.from(
      { length: 40 },
      (_, at) => `a${at}: signIn(input: $input) { userErrors { __typename } }`,
    )
    const document = `mutation ($input: SignInInput!) { ...Half ...Rest }
      fragment Half on Mutation { ${fields.slice(0, 20).join('\n')} }
      fragment Rest on Mutation { ${fields.slice(20).join('\n')} }`
    await app().execute(document, { input: wrong(email) }, { ip: anAddress() })
    expect(hasher.count - before).toBe(10)
  })

  test('A1: parallel requests do not pass together', async () => {
    const { email } = await aMember(app())
    const before = hasher.count
    const ip = anAddress()
    await Promise.all(Array.from({ length: 40 }, () => run(app(), 'signIn', wrong(email), { ip })))
    expect(hasher.count - before).toBe(10)
  })

  test('A1: array batching is not offered, and there is no password grant beside GraphQL', async () => {
    const headers = { 'x-gateway-key': app().gatewayKey }
    const batch = await app().app.server.http.inject({
      method: 'POST',
      url: '/graphql',
      headers,
      payload: [{ query: '{ __typename }' }, { query: '{ __typename }' }],
    })
    expect(batch.statusCode).toBe(400)
    const grant = await app().app.server.http.inject({
      method: 'POST',
      url: '/oauth/token',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      payload: `grant_type=password&username=${anEmail()}&password=x&client_id=logicspike-web`,
    })
    expect(grant.json()).toMatchObject({ error: 'unsupported_grant_type' })
  })

  test('A1: an unknown address is counted like a known one, and told when to come back', async () => {
    const { email: known } = await aMember(app())
    for (const email of [known, anEmail()]) {
      const ip = anAddress()
      expect(await guess(email, ip)).toBe(10)
      const { answer } = await run(app(), 'signIn', wrong(email), { ip })
      const seconds = answer.errors[0]?.extensions.retryAfterSeconds
      expect(seconds).toBeGreaterThan(850)
      expect(seconds).toBeLessThanOrEqual(900)
      expect(answer.data).toEqual({ signIn: null })
    }
  })

  test('A1: neighbours in a network count together, whatever they try', async () => {
    const outcomes = []
    for (let at = 0; at < 110; at += 1) {
      const ip = `198.51.100.${at}`
      const { codes } = await run(app(), 'signIn', wrong(anEmail()), { ip })
      outcomes.push(codes.length)
    }
    expect(outcomes.filter((codes) => codes === 0)).toHaveLength(100)
    const { email } = await aMember(app())
    expect(await guess(email, '2001:db8:0:1::1', 5)).toBe(5)
    expect(await guess(email, '2001:db8:0:1:ffff::9', 30)).toBe(5)
    expect(await guess(email, '2001:db8:0:2::1', 30)).toBe(10)
  })

  test('A1: counts hold across processes and restarts', async () => {
    const { email } = await aMember(app())
    const ip = anAddress()
    expect(await guess(email, ip, 4)).toBe(4)
    const other = await createIdentityApp({
      databaseUrl: app().database.serviceUrl('identity'),
      config: testConfig,
      clock: app().clock,
      ids: newId,
      secretBox: app().secretBox,
      keyring: { verify: () => 'gateway' },
      internal: app().tenancy.client,
      mailTransport: { send: async () => {} },
      log: createLogger({ name: 'other', level: 'silent' }),
      passwords: hasher,
    })
    await other.start()
    const neighbour: IdentityTestApp = {
      ...app(),
      execute: async (query, variables = {}, request = {}) => {
        const headers = { 'x-gateway-key': 'any', 'x-client-ip': request.ip }
        const { result } = await other.server.executeInProcess({ query, variables, headers })
        return {
          data: result.data,
          errors: (result.errors ?? []) as never,
          cookies: {},
          setCookie: [],
        }
      },
    }
    expect(await guess(email, ip, 30, neighbour)).toBe(6)
    await other.close()
    expect(await guess(email, ip)).toBe(0)
  })

  test('A1: a right password clears the count of its account there', async () => {
    const { email, password } = await aMember(app())
    const ip = anAddress()
    for (let round = 0; round < 3; round += 1) {
      expect(await guess(email, ip, 9)).toBe(9)
      expect((await run(app(), 'signIn', { email, password }, { ip })).codes).toEqual([])
    }
  })

  test('A1: current passwords are counted within the session', async () => {
    const { email, password } = await aMember(app())
    const { payload } = await run(app(), 'signIn', { email, password, delivery: 'PAYLOAD' })
    const token: string = payload.tokens.accessToken
    const before = hasher.count
    const codes = []
    for (let at = 0; at < 15; at += 1) {
      const input = { currentPassword: otherPassword, newPassword: goodPassword }
      codes.push(...(await run(app(), 'changePassword', input, { token })).codes)
    }
    expect(codes).toEqual(Array.from({ length: 5 }, () => 'RATE_LIMITED'))
    expect(hasher.count - before).toBe(10)
  })
})

describe('A2: somebody else cannot keep the owner out', () => {
  test('A2: on a device that was used before, though an army has used up all tries', async () => {
    const { email, password } = await aMember(app())
    const home = await run(app(), 'signIn', { email, password, delivery: 'PAYLOAD' })
    const { deviceToken } = home.payload
    await besiege(email)
    const stranger = await run(app(), 'signIn', { email, password }, { ip: anAddress() })
    expect(stranger.codes).toEqual(['RATE_LIMITED'])
    const owner = await run(app(), 'signIn', { email, password, deviceToken }, { ip: anAddress() })
    expect(owner.refusals.concat(owner.codes)).toEqual([])
  })

  test('A2: on a new device after choosing a new password by mail', async () => {
    await forgetCounts()
    const { email } = await aMember(app())
    await besiege(email)
    await run(app(), 'requestPasswordReset', { email }, { ip: anAddress() })
    const reset = await run(
      app(),
      'resetPassword',
      { token: await tokenMailedTo(app(), email), newPassword: goodPassword },
      { ip: anAddress() },
    )
    const note = reset.answer.cookies['__Host-ls_device'] ?? ''
    const again = await run(
      app(),
      'signIn',
      { email, password: goodPassword },
      { ip: anAddress(), cookies: { '__Host-ls_device': note } },
    )
    expect(again.codes).toEqual([])
    expect(again.payload.tokens).not.toBeNull()
  })

  test('A2: nor from the mailbox: when no more mails are sent, the last one still works', async () => {
    await forgetCounts()
    const { email } = await aMember(app())
    const answers = new Set<string>()
    for (let at = 0; at < 14; at += 1) {
      const { answer } = await run(app(), 'requestPasswordReset', { email }, { ip: anAddress() })
      answers.add(JSON.stringify(answer))
    }
    expect(answers.size).toBe(1)
    const resets = (await mailsTo(app(), email)).filter(
      ({ subject }) => subject === 'Choose a new password',
    )
    expect(resets).toHaveLength(10)
    const input = { token: await tokenMailedTo(app(), email), newPassword: goodPassword }
    expect((await run(app(), 'resetPassword', input)).refusals).toEqual([])
  })

  test('A2: a note of another account, of before a new password, or not of ours is worth nothing', async () => {
    await forgetCounts()
    const [victim, attacker] = [await aMember(app()), await aMember(app())]
    const own = await run(app(), 'signIn', { ...attacker, delivery: 'PAYLOAD' })
    const stolen = await run(app(), 'signIn', { ...victim, delivery: 'PAYLOAD' })
    await run(app(), 'requestPasswordReset', { email: victim.email }, { ip: anAddress() })
    const token = await tokenMailedTo(app(), victim.email)
    app().clock.advance(1)
    await run(app(), 'resetPassword', { token, newPassword: 'three blue lanterns hum' })
    await besiege(victim.email)
    for (const deviceToken of [
      own.payload.deviceToken,
      stolen.payload.deviceToken,
      'test.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      'nonsense',
    ]) {
      const input = { email: victim.email, password: otherPassword, deviceToken }
      expect((await run(app(), 'signIn', input, { ip: anAddress() })).codes).toEqual([
        'RATE_LIMITED',
      ])
    }
  })

  test('A2: wrong passwords on a known device are counted as well', async () => {
    await forgetCounts()
    const { email, password } = await aMember(app())
    const { payload } = await run(app(), 'signIn', { email, password, delivery: 'PAYLOAD' })
    const { deviceToken } = payload
    const before = hasher.count
    for (let at = 0; at < 30; at += 1) {
      await run(app(), 'signIn', { ...wrong(email), deviceToken }, { ip: anAddress() })
    }
    expect(hasher.count - before).toBe(20)
  })
})

describe('requests for mail', () => {
  test('are counted by network and address, known or not', async () => {
    await forgetCounts()
    const { email: known } = await aMember(app())
    for (const email of [known, anEmail()]) {
      const ip = anAddress()
      const codes = []
      for (let at = 0; at < 7; at += 1) {
        codes.push(...(await run(app(), 'requestPasswordReset', { email }, { ip })).codes)
      }
      expect(codes).toEqual(['RATE_LIMITED', 'RATE_LIMITED'])
    }
  })

  test('by signing up tell when the address has had enough of them, known or not', async () => {
    await forgetCounts()
    const { email: known } = await aMember(app())
    for (const [email, most] of [
      [known, 9],
      [anEmail(), 10],
    ] as const) {
      const codes = []
      for (let at = 0; at < 12; at += 1) {
        const input = { email, password: goodPassword, displayName: 'Ada' }
        codes.push((await run(app(), 'signUp', input, { ip: anAddress() })).codes.length)
      }
      expect(codes.filter((refused) => refused === 0)).toHaveLength(most)
    }
  })

  test('of different kinds do not use up one another', async () => {
    await forgetCounts()
    const { email } = await aMember(app())
    const ip = anAddress()
    for (let at = 0; at < 6; at += 1) await run(app(), 'resendVerificationEmail', { email }, { ip })
    expect((await run(app(), 'requestPasswordReset', { email }, { ip })).codes).toEqual([])
  })
})

test('counts whose window is over are cleared away', async () => {
  const own = await createIdentityTestApp({ passwords: hasher })
  await run(own, 'signIn', wrong(anEmail()), { ip: anAddress() })
  const count = async () => (await own.database.asAdmin('select from identity.rate_limits')).length
  expect(await count()).toBe(3)
  await own.database.asAdmin('update identity.rate_limits set expire = 1')
  await own.transaction(purgeRateLimits)
  expect(await count()).toBe(0)
  await own.close()
})
