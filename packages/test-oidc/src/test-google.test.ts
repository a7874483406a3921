import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
} from 'openid-client'
import { startTestGoogle, type TestGoogle } from './test-google.ts'

const redirectUri = 'http://platform.test/callback'
const ada = { sub: 'g-1', email: 'ada@example.com', email_verified: true, name: 'Ada' }
const verifier = 'v'.repeat(64)
let google: TestGoogle
let client: Configuration

beforeAll(async () => {
  google = await startTestGoogle({ redirectUris: [redirectUri], people: [ada] })
  const { issuer, clientId, clientSecret } = google
  client = await discovery(new URL(issuer), clientId, clientSecret, undefined, {
    execute: [allowInsecureRequests, enableNonRepudiationChecks],
  })
})
afterAll(async () => google.close())

const authorizationUrl = async (more: Readonly<Record<string, string>> = {}): Promise<string> =>
  buildAuthorizationUrl(client, {
    redirect_uri: redirectUri,
    scope: 'openid email profile',
    state: 'the state',
    nonce: 'the nonce',
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    prompt: 'select_account',
    ...more,
  }).href

const redeem = async (callback: string) => {
  const tokens = await authorizationCodeGrant(client, new URL(callback), {
    expectedState: 'the state',
    expectedNonce: 'the nonce',
    pkceCodeVerifier: verifier,
  })
  return tokens.claims()
}

describe('the test provider', () => {
  test('signs in whom the script chooses, with the address in a signed ID token', async () => {
    const callback = await google.signInAs('g-1', await authorizationUrl())
    expect(callback).toMatch(/^http:\/\/platform\.test\/callback\?/)
    expect(await redeem(callback)).toMatchObject({ iss: google.issuer, ...ada })
  })

  test('says of a person whatever the test says of them', async () => {
    google.setPerson({ sub: 'g-2', email: 'eve@example.com', email_verified: 'true' })
    const claims = await redeem(await google.signInAs('g-2', await authorizationUrl()))
    expect(claims).toMatchObject({ sub: 'g-2', email_verified: 'true' })
    expect(claims).not.toHaveProperty('name')
  })

  test('sends people back to addresses that it knows, and to no other', async () => {
    const elsewhere = await authorizationUrl({ redirect_uri: `${redirectUri}/../evil` })
    await expect(google.signInAs('g-1', elsewhere)).rejects.toThrow('instead of a login page')
  })

  test('shows a page with a button for each person', async () => {
    const page = await (await fetch(await authorizationUrl())).text()
    expect(page).toContain('value="g-1"')
    expect(page).toContain('ada@example.com')
  })
})
