import { beforeAll, describe, expect, test } from '@jest/globals'
import { ACCESS_TOKEN_AUDIENCE } from '@logicspike/auth'
import { tokenForge } from '@logicspike/auth/testing'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { RETENTION_MS, SIGNING_PERIOD_MS } from '../src/modules/tokens/signing-key-schedule.ts'
import { aSession } from './support/a-session.ts'
import { signingKeysOf } from './support/identity-keys.ts'
import {
  createIdentityTestApp,
  testConfig,
  useIdentityTestApp,
} from './support/identity-test-app.ts'
import { statusOf } from './support/session-operations.ts'

const app = useIdentityTestApp()

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
type PublishedKey = Record<string, unknown> & { kid: string; nbf: number; exp?: number }

async function fetchJwks(from = app()): Promise<PublishedKey[]> {
  const response = await from.app.server.http.inject({ url: '/.well-known/jwks.json' })
  return response.json<{ keys: PublishedKey[] }>().keys
}

const kidOf = (token: string) => decodeProtectedHeader(token).kid

describe('the published keys (J15)', () => {
  test('are those that sign now and next, for anybody to cache', async () => {
    const response = await app().app.server.http.inject({ url: '/.well-known/jwks.json' })
    expect(response.statusCode).toBe(200)
    expect(response.headers['content-type']).toMatch(/^application\/jwk-set\+json/)
    expect(response.headers['cache-control']).toBe('public, max-age=300, stale-if-error=86400')
    expect(response.json()).toEqual({
      keys: (await signingKeysOf(app())).map(({ kid }) =>
        expect.objectContaining({ kid, kty: 'RSA', alg: 'RS256', use: 'sig' }),
      ),
    })
    expect(response.json().keys).toHaveLength(2)
  })

  test('show no private member, and none stands open in the database', async () => {
    for (const key of await fetchJwks()) {
      expect(Object.keys(key).filter((name) => PRIVATE_MEMBERS.includes(name))).toEqual([])
    }
    const rows = await app().database.asAdmin('select * from identity.signing_keys')
    for (const { privateKey } of await signingKeysOf(app())) {
      const { d = '' } = privateKey.export({ format: 'jwk' })
      expect(d).not.toBe('')
      expect(JSON.stringify(rows)).not.toContain(d)
    }
  })

  test('are found by the discovery document, whose issuer is that of the tokens', async () => {
    const { accessToken } = await aSession(app())
    const response = await app().app.server.http.inject({
      url: '/.well-known/openid-configuration',
    })
    expect(response.json()).toMatchObject({
      issuer: decodeJwt(accessToken).iss,
      jwks_uri: 'http://platform.test/.well-known/jwks.json',
      token_endpoint: 'http://platform.test/oauth/token',
      revocation_endpoint: 'http://platform.test/oauth/revoke',
    })
  })
})

describe('processes that boot at once', () => {
  test('end up with one set of keys and accept the tokens of one another', async () => {
    await app().database.asAdmin('delete from identity.signing_keys')
    const processes = await Promise.all([
      createIdentityTestApp({ attachTo: app() }),
      createIdentityTestApp({ attachTo: app() }),
    ])
    try {
      expect(await signingKeysOf(app())).toHaveLength(2)
      const [first, second] = await Promise.all(processes.map((it) => fetchJwks(it)))
      expect(first).toEqual(second)
      const { accessToken } = await aSession(processes[0])
      expect(await statusOf(processes[1], accessToken)).toBe('OK')
    } finally {
      await Promise.all(processes.map((it) => it.close()))
      await app().app.jobs.runNow()
    }
  })
})

describe('rotation (J10)', () => {
  let oldToken: string
  let forge: ReturnType<typeof tokenForge>

  beforeAll(async () => {
    oldToken = (await aSession(app())).accessToken
    forge = tokenForge({
      issuer: testConfig.issuer,
      audience: ACCESS_TOKEN_AUDIENCE,
      clock: app().clock,
      claims: { sid: decodeJwt(oldToken).sid, sub: decodeJwt(oldToken).sub },
    })
  })

  test('a Next key is published and neither signs nor verifies before its time', async () => {
    const [current, next] = await signingKeysOf(app())
    expect((await fetchJwks()).map(({ kid }) => kid)).toEqual([current?.kid, next?.kid])
    expect(kidOf(oldToken)).toBe(current?.kid)
    expect(await statusOf(app(), forge.sign(forge.claims(), {}, current))).toBe('OK')
    expect(await statusOf(app(), forge.sign(forge.claims(), {}, next))).toBe('UNAUTHENTICATED')
  })

  test('the Next key takes over at its instant, without a job or a restart', async () => {
    const [current, next] = await signingKeysOf(app())
    app().clock.advance(SIGNING_PERIOD_MS / 1000 - 1)
    const last = (await aSession(app())).accessToken
    expect(kidOf(last)).toBe(current?.kid)
    app().clock.advance(1)
    const first = (await aSession(app())).accessToken
    expect(kidOf(first)).toBe(next?.kid)
    expect(await statusOf(app(), last)).toBe('OK')
    expect(await statusOf(app(), first)).toBe('OK')
  })

  test('the job makes the one after, and the Previous key verifies on for a while', async () => {
    const { accessToken } = await aSession(app())
    const before = await signingKeysOf(app())
    await app().app.jobs.runNow()
    const keys = await signingKeysOf(app())
    expect(keys.map(({ kid }) => kid)).toEqual([
      ...before.map(({ kid }) => kid),
      expect.any(String),
    ])
    const [previous, , next] = await fetchJwks()
    const now = app().clock.now().getTime() / 1000
    expect(previous?.exp).toBe(now + RETENTION_MS / 1000)
    expect((next?.nbf ?? 0) - now).toBeGreaterThan(29 * 86_400)
    expect(await statusOf(app(), forge.sign(forge.claims(), {}, before[0]))).toBe('OK')
    expect(await statusOf(app(), accessToken)).toBe('OK')
  })

  test('runs in many processes at once and makes one key', async () => {
    const before = await signingKeysOf(app())
    await Promise.all(Array.from({ length: 5 }, () => app().app.jobs.runNow()))
    expect((await signingKeysOf(app())).length).toBe(before.length)
  })

  test('a retired key verifies nothing from its instant on, and is erased by the job', async () => {
    const [retired] = await signingKeysOf(app())
    app().clock.advance(RETENTION_MS / 1000)
    expect((await fetchJwks()).map(({ kid }) => kid)).not.toContain(retired?.kid)
    expect(await statusOf(app(), forge.sign(forge.claims(), {}, retired))).toBe('UNAUTHENTICATED')
    await app().app.jobs.runNow()
    expect((await signingKeysOf(app())).map(({ kid }) => kid)).not.toContain(retired?.kid)
    expect(await statusOf(app(), forge.sign(forge.claims(), {}, retired))).toBe('UNAUTHENTICATED')
  })

  test('goes on with the last key when no job has run for months', async () => {
    app().clock.advance((3 * SIGNING_PERIOD_MS) / 1000)
    const { accessToken } = await aSession(app())
    expect(await statusOf(app(), accessToken)).toBe('OK')
    await app().app.jobs.runNow()
    expect(await statusOf(app(), accessToken)).toBe('OK')
    expect(await fetchJwks()).toHaveLength(2)
  })
})
