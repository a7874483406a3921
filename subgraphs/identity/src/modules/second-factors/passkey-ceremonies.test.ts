import { describe, expect, test } from '@jest/globals'
import {
  createSoftwareAuthenticator,
  type Misbehaviour,
} from '../../../tests/support/software-authenticator.ts'
import {
  creationOptions,
  type RelyingParty,
  requestOptions,
  verifyAssertion,
  verifyRegistration,
} from './passkey-ceremonies.ts'
import { assertionResponse, registrationResponse } from './passkey-responses.ts'

const origin = 'https://console.example.com'
const party: RelyingParty = { id: 'console.example.com', name: 'Example', origins: [origin] }
const challenge = Buffer.alloc(32, 7).toString('base64url')
const otherChallenge = Buffer.alloc(32, 8).toString('base64url')
const account = {
  challenge,
  handle: Uint8Array.from(Buffer.from('usr_01h455vb4pex5vsknk084sn02q')),
  account: 'ada@example.com',
  displayName: 'Ada',
}

async function register(synced = false, wrong: Misbehaviour = {}) {
  const authenticator = createSoftwareAuthenticator({ origin, synced })
  const options = await creationOptions(party, { ...account, existing: [] })
  const response = registrationResponse.parse(authenticator.create(options, wrong))
  return { authenticator, answer: await verifyRegistration(party, response, challenge) }
}

async function registered(synced = false) {
  const { authenticator, answer } = await register(synced)
  if (!answer.ok) throw new Error(answer.errors[0])
  const credential = answer.value
  const use = async (wrong: Misbehaviour = {}, counter = credential.counter) => {
    const options = await requestOptions(party, challenge, [credential])
    const response = assertionResponse.parse(authenticator.get(options, wrong))
    return verifyAssertion(party, response, challenge, { ...credential, counter })
  }
  return { credential, use }
}

describe('making a passkey', () => {
  test('yields key, counter and kind of the credential', async () => {
    const { authenticator, answer } = await register(true)
    expect(answer).toMatchObject({
      ok: true,
      value: {
        credentialId: authenticator.credentialIds[0],
        counter: 0,
        deviceType: 'multiDevice',
        backedUp: true,
        transports: ['hybrid', 'internal'],
      },
    })
  })

  test('asks for verification of the person and for no attestation', async () => {
    const existing = [{ credentialId: 'AAAA', transports: ['usb'] }]
    expect(await creationOptions(party, { ...account, existing })).toMatchObject({
      challenge,
      rp: { id: party.id, name: 'Example' },
      user: { name: 'ada@example.com', displayName: 'Ada' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
      excludeCredentials: [{ id: 'AAAA', transports: ['usb'], type: 'public-key' }],
    })
  })

  const refused: [string, Misbehaviour][] = [
    ['on another page', { origin: 'https://console.example.com.evil.example' }],
    ['over plain HTTP', { origin: 'http://console.example.com' }],
    ['for another relying party', { rpId: 'example.com' }],
    ['for another challenge', { challenge: otherChallenge }],
    ['without verifying the person', { userVerified: false }],
    ['without the person', { userPresent: false }],
    ['with the answer to a sign-in', { type: 'webauthn.get' }],
  ]
  test.each(refused)('is refused %s', async (_, wrong) => {
    expect((await register(false, wrong)).answer.ok).toBe(false)
  })
})

describe('using a passkey', () => {
  test('yields the counter to keep', async () => {
    const { use } = await registered()
    expect(await use()).toEqual({ ok: true, value: { counter: 1, backedUp: false } })
  })

  test('that is synced works again and again with the counter 0', async () => {
    const { use } = await registered(true)
    expect(await use()).toEqual({ ok: true, value: { counter: 0, backedUp: true } })
    expect(await use()).toEqual({ ok: true, value: { counter: 0, backedUp: true } })
  })

  const refused: [string, Misbehaviour][] = [
    ['on another page', { origin: 'https://evil.example' }],
    ['for another relying party', { rpId: 'evil.example' }],
    ['for another challenge', { challenge: otherChallenge }],
    ['without verifying the person', { userVerified: false }],
    ['without the person', { userPresent: false }],
    ['with a wrong signature', { badSignature: true }],
    ['with the answer to a registration', { type: 'webauthn.create' }],
    ['when it became one that is synced', { backupEligible: true }],
  ]
  test.each(refused)('is refused %s', async (_, wrong) => {
    const { use } = await registered()
    expect((await use(wrong)).ok).toBe(false)
  })

  test.each([0, 1, 5])('is refused with the counter %i where 5 was seen', async (counter) => {
    const { use } = await registered()
    expect((await use({ counter }, 5)).ok).toBe(false)
  })
})

describe('answers of browsers', () => {
  test('of another shape are refused before anything reads them', () => {
    const answer = createSoftwareAuthenticator({ origin }).create({
      challenge,
      rp: { id: party.id },
      user: { id: 'AAAA' },
    })
    expect(registrationResponse.safeParse(answer).success).toBe(true)
    expect(registrationResponse.safeParse({ ...answer, id: 'not base64url!' }).success).toBe(false)
    expect(registrationResponse.safeParse({ ...answer, id: 'A'.repeat(2000) }).success).toBe(false)
    expect(registrationResponse.safeParse({ ...answer, response: {} }).success).toBe(false)
    expect(assertionResponse.safeParse(answer).success).toBe(false)
  })
})
