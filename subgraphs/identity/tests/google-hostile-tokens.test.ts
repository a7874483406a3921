import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { exportJWK, exportSPKI, generateKeyPair, importJWK, UnsecuredJWT } from 'jose'
import { createGoogleClient } from '../src/modules/google/google-client.ts'
import {
  aBrowser,
  callbackUrl,
  createAppWithGoogle,
  failureOf,
  setOut,
} from './support/a-google.ts'
import type { IdentityTestApp } from './support/identity-test-app.ts'
import { type LyingProvider, startLyingProvider } from './support/lying-provider.ts'

let provider: LyingProvider
let app: IdentityTestApp

beforeAll(async () => {
  provider = await startLyingProvider()
  app = await createAppWithGoogle(provider.settings)
})
afterAll(async () => {
  await app.close()
  await provider.close()
})
afterEach(() => provider.honest())

/** Goes to the provider and back; the rest is what it answers at the token endpoint. */
async function comeBack(more = '') {
  const browser = aBrowser(app)
  const url = new URL(await setOut(browser))
  provider.nonce = url.searchParams.get('nonce') ?? ''
  const state = url.searchParams.get('state')
  const landing = await browser.open(`${callbackUrl}?code=the-code&state=${state}${more}`)
  return { landing, challenge: url.searchParams.get('code_challenge') }
}

async function expectRefused(): Promise<void> {
  const users = async () => (await app.database.asAdmin('select from identity.users')).length
  const before = await users()
  const { landing } = await comeBack()
  expect(failureOf(landing)).toBe('google-refused')
  expect(landing.setCookie.some((cookie) => cookie.includes('ls_refresh'))).toBe(false)
  expect(await users()).toBe(before)
}

const now = (): number => Math.floor(Date.now() / 1000)

describe('an ID token', () => {
  test('is accepted when everything about it is right', async () => {
    expect(failureOf((await comeBack()).landing)).toBeNull()
  })

  test('O3: is asked for with the verifier of the challenge, by a client that names itself', async () => {
    const { challenge } = await comeBack()
    const request = provider.requests.at(-1)
    const verifier = request?.get('code_verifier') ?? ''
    expect(verifier).toMatch(/^[\w-]{64}$/)
    expect(createHash('sha256').update(verifier).digest('base64url')).toBe(challenge)
    expect(Object.fromEntries(request ?? [])).toMatchObject({
      grant_type: 'authorization_code',
      code: 'the-code',
      redirect_uri: callbackUrl,
    })
  })

  test.each<[string, Readonly<Record<string, unknown>>]>([
    ['O2: another nonce', { nonce: 'x'.repeat(43) }],
    ['O2: no nonce', { nonce: undefined }],
    ['O5: another audience', { aud: 'somebody-else' }],
    ['O5: no audience', { aud: undefined }],
    ['O5: two audiences and no azp', { aud: ['logicspike', 'somebody-else'] }],
    ['O5: another azp', { aud: ['logicspike', 'other'], azp: 'other' }],
    ['O5: another issuer', { iss: 'https://evil.example' }],
    ['O5: no issuer', { iss: undefined }],
    ['O5: an end in the past', { exp: now() - 3600, iat: now() - 7200 }],
    ['O5: no end', { exp: undefined }],
    ['O5: an end that is a text', { exp: '9999999999' }],
    ['O5: no time of issue', { iat: undefined }],
    ['O5: no subject', { sub: undefined }],
    ['O5: a subject that is a number', { sub: 7 }],
    ['O5: a subject with a NUL', { sub: 'a\u0000b' }],
    ['O5: a subject that is too long', { sub: 'a'.repeat(256) }],
  ])('%s is refused', async (_, lie) => {
    provider.lies.idToken = (honest) => provider.sign({ ...honest, ...lie })
    await expectRefused()
  })

  test('O5: another issuer by a slash is refused', async () => {
    provider.lies.idToken = (honest) => provider.sign({ ...honest, iss: `${honest.iss}/` })
    await expectRefused()
  })

  test("O5: somebody else's signature is refused", async () => {
    const { privateKey } = await generateKeyPair('RS256')
    provider.lies.idToken = (honest) => provider.sign(honest, { key: privateKey })
    await expectRefused()
  })

  test('O5: a key that is not published is refused', async () => {
    const { privateKey } = await generateKeyPair('RS256')
    provider.lies.idToken = (honest) => provider.sign(honest, { key: privateKey, kid: 'unknown' })
    await expectRefused()
  })

  test('O5: a changed payload is refused', async () => {
    provider.lies.idToken = async (honest) => {
      const [header, , signature] = (await provider.sign(honest)).split('.')
      const payload = Buffer.from(JSON.stringify({ ...honest, sub: 'victim' })).toString(
        'base64url',
      )
      return `${header}.${payload}.${signature}`
    }
    await expectRefused()
  })

  test('O5: no signature is refused', async () => {
    provider.lies.idToken = async (honest) => new UnsecuredJWT(honest).encode()
    await expectRefused()
  })

  test('O5: HS256 with the client secret is refused', async () => {
    const key = new TextEncoder().encode(provider.settings.clientSecret)
    provider.lies.idToken = (honest) => provider.sign(honest, { alg: 'HS256', key })
    await expectRefused()
  })

  test('O5: HS256 with the public key as its secret is refused', async () => {
    const publicKey = await importJWK(provider.publicJwk, 'RS256', { extractable: true })
    if (publicKey instanceof Uint8Array) throw new Error('not a public key')
    const key = new TextEncoder().encode(await exportSPKI(publicKey))
    provider.lies.idToken = (honest) => provider.sign(honest, { alg: 'HS256', key })
    await expectRefused()
  })

  test('O5: another algorithm than RS256 is refused, though its key is published', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = { ...(await exportJWK(publicKey)), kid: 'curve', use: 'sig', alg: 'ES256' }
    provider.lies.keys = [provider.publicJwk, jwk]
    provider.lies.idToken = (honest) =>
      provider.sign(honest, { alg: 'ES256', key: privateKey, kid: 'curve' })
    await expectRefused()
  })

  test('O5: no ID token at all is refused', async () => {
    provider.lies.idToken = async () => undefined
    await expectRefused()
  })

  test('O5: what is no token is refused', async () => {
    provider.lies.idToken = async () => 'eyJhbGciOiJSUzI1NiJ9.nonsense'
    await expectRefused()
  })

  test.each([
    ['missing', undefined],
    ['false', false],
    ['the text "true"', 'true'],
    ['the number 1', 1],
    ['null', null],
  ])('O7: email_verified %s does not open or make an account', async (_, email_verified) => {
    const sub = `unverified-${String(email_verified)}`
    provider.lies.idToken = (honest) =>
      provider.sign({
        ...honest,
        sub,
        email: `${sub}@example.com`.replace(/"/g, ''),
        email_verified,
      })
    expect(failureOf((await comeBack()).landing)).toBe('google-email-unverified')
  })

  test('O7: no address, or one that is none, does not make an account', async () => {
    for (const email of [
      undefined,
      '',
      'nobody',
      'a@b.example\nBcc: c@d.example',
      7,
      ['a@b.example'],
    ]) {
      provider.lies.idToken = (honest) => provider.sign({ ...honest, sub: 'no-address', email })
      expect(failureOf((await comeBack()).landing)).toBe('google-email-unverified')
    }
  })

  test('a name that is none is replaced by the beginning of the address', async () => {
    provider.lies.idToken = (honest) =>
      provider.sign({ ...honest, sub: 'odd-name', email: 'odd@example.com', name: '\u202e\u0000' })
    expect(failureOf((await comeBack()).landing)).toBeNull()
    const rows = await app.database.asAdmin(
      `select display_name from identity.users where email = 'odd@example.com'`,
    )
    expect(rows).toEqual([{ display_name: 'odd' }])
  })
})

describe('the provider', () => {
  test('O10: an answer in the name of another issuer is refused (mix-up)', async () => {
    const { landing } = await comeBack('&iss=https%3A%2F%2Fevil.example')
    expect(failureOf(landing)).toBe('google-refused')
  })

  test('O10: where it promises to name itself, an answer without a name is refused', async () => {
    provider.lies.metadata = (honest) => ({
      ...honest,
      authorization_response_iss_parameter_supported: true,
    })
    const other = await createAppWithGoogle(provider.settings)
    const browser = aBrowser(other)
    const url = new URL(await setOut(browser))
    provider.nonce = url.searchParams.get('nonce') ?? ''
    const state = url.searchParams.get('state')
    const landing = await browser.open(`${callbackUrl}?code=the-code&state=${state}`)
    expect(failureOf(landing)).toBe('google-refused')
    await other.close()
  })

  test('O12: metadata of another issuer is refused, and the browser goes nowhere', async () => {
    provider.lies.metadata = (honest) => ({ ...honest, issuer: 'https://evil.example' })
    const other = await createAppWithGoogle(provider.settings)
    const { location } = await aBrowser(other).open('/auth/google/start')
    expect(location.href).toBe('http://console.test/sign-in?error=google-unavailable')
    provider.honest()
    const again = await aBrowser(other).open('/auth/google/start')
    expect(again.location.origin).toBe(provider.settings.issuer)
    await other.close()
  })

  test('refuses the code: the browser is told so', async () => {
    provider.lies.tokenStatus = 400
    expect(failureOf((await comeBack()).landing)).toBe('google-refused')
  })

  test('fails: the browser is told to come again', async () => {
    provider.lies.tokenStatus = 503
    expect(failureOf((await comeBack()).landing)).toBe('google-unavailable')
  })

  test('cannot be reached: the browser is told to come again', async () => {
    const gone = await startLyingProvider()
    const other = await createAppWithGoogle(gone.settings)
    const browser = aBrowser(other)
    const state = new URL(await setOut(browser)).searchParams.get('state')
    await gone.close()
    const landing = await browser.open(`${callbackUrl}?code=the-code&state=${state}`)
    expect(failureOf(landing)).toBe('google-unavailable')
    await other.close()
  })

  test('over plain HTTP is not even asked unless the configuration says so', async () => {
    const { allowInsecureRequests: _, ...secure } = provider.settings
    const trip = { state: 's', nonce: 'n', codeVerifier: 'v'.repeat(64) }
    await expect(createGoogleClient(secure, callbackUrl).authorizationUrl(trip)).rejects.toThrow(
      expect.objectContaining({ name: 'GoogleUnavailable' }),
    )
  })
})
