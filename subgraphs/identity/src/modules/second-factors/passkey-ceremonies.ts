import { ok, type Result, refuse } from '@logicspike/errors'
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type VerifiedRegistrationResponse,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { AssertionResponse, RegistrationResponse } from './passkey-responses.ts'

/** Who asks for passkeys: the relying party of WebAuthn. */
export type RelyingParty = {
  /** The domain that passkeys belong to, without scheme and port. */
  readonly id: string
  /** Shown by authenticators. */
  readonly name: string
  /** Pages that may use them, as browsers write origins: `https://console.example.com`. */
  readonly origins: readonly string[]
}

/** A credential as the authenticator described it when it was made. */
export type NewCredential = {
  readonly credentialId: string
  /** COSE key (RFC 9052 §7). */
  readonly publicKey: Uint8Array<ArrayBuffer>
  readonly counter: number
  readonly transports: readonly string[]
  readonly deviceType: 'singleDevice' | 'multiDevice'
  readonly backedUp: boolean
  /** Which model of authenticator made it; zeros where it does not say. */
  readonly aaguid: string
}

/** What is known of a credential when it is used. */
export type KnownCredential = Pick<
  NewCredential,
  'credentialId' | 'publicKey' | 'counter' | 'deviceType'
>

/** For people who have to find, plug in and touch something; challenges live longer than that. */
const TIMEOUT_MS = 300_000

/** COSE algorithms: EdDSA, ES256, RS256, best first. All authenticators in use have one of them. */
const ALGORITHMS = [-8, -7, -257]

/**
 * What the browser needs to make a passkey: PublicKeyCredentialCreationOptionsJSON. The person must
 * be verified (PIN, finger, face), so that a passkey alone is two factors; which authenticator made
 * it is not asked (no attestation), as no model is preferred here.
 * @param challenge random bytes as base64url
 * @param handle opaque name of the account for the authenticator, at most 64 bytes
 */
export async function creationOptions(
  party: RelyingParty,
  request: {
    challenge: string
    handle: Uint8Array<ArrayBuffer>
    account: string
    displayName: string
    /** Passkeys the account has, so that an authenticator does not make a second one. */
    existing: readonly { credentialId: string; transports: readonly string[] }[]
  },
): Promise<object> {
  return generateRegistrationOptions({
    rpID: party.id,
    rpName: party.name,
    userID: request.handle,
    userName: request.account,
    userDisplayName: request.displayName,
    challenge: fromBase64url(request.challenge),
    timeout: TIMEOUT_MS,
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: request.existing.map(descriptor),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
  })
}

/**
 * What the browser needs to use a passkey: PublicKeyCredentialRequestOptionsJSON.
 * @param allowed passkeys that will do; none for a sign-in that begins with the passkey, where the
 *   authenticator offers those it holds
 */
export async function requestOptions(
  party: RelyingParty,
  challenge: string,
  allowed: readonly { credentialId: string; transports: readonly string[] }[] = [],
): Promise<object> {
  return generateAuthenticationOptions({
    rpID: party.id,
    challenge: fromBase64url(challenge),
    timeout: TIMEOUT_MS,
    userVerification: 'required',
    allowCredentials: allowed.map(descriptor),
  })
}

/**
 * Registers a credential (WebAuthn Level 3 §7.1).
 * @returns the credential, or why it is refused: for the log, as a person can do nothing with it
 */
export async function verifyRegistration(
  party: RelyingParty,
  response: RegistrationResponse,
  challenge: string,
): Promise<Result<NewCredential, string>> {
  try {
    const answer = await verifyRegistrationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: [...party.origins],
      expectedRPID: party.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    })
    return answer.verified ? ok(describe(answer)) : refuse('The attestation does not verify.')
  } catch (error) {
    return refuse(reasonOf(error))
  }
}

/**
 * Verifies the use of a credential (WebAuthn Level 3 §7.2). A counter that does not grow is
 * refused: another authenticator has the same key. Passkeys that are synced between devices have no
 * counter, it stays 0, and such a copy cannot be told.
 * @returns the counter and the backup state to keep, or why it is refused
 */
export async function verifyAssertion(
  party: RelyingParty,
  response: AssertionResponse,
  challenge: string,
  credential: KnownCredential,
): Promise<Result<{ counter: number; backedUp: boolean }, string>> {
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: [...party.origins],
      expectedRPID: party.id,
      requireUserVerification: true,
      credential: {
        id: credential.credentialId,
        publicKey: credential.publicKey,
        counter: credential.counter,
      },
    })
    if (!verified) return refuse('The signature does not verify.')
    // §7.2 step 19, which the library leaves to us: a credential is born synced or it is not.
    if (authenticationInfo.credentialDeviceType !== credential.deviceType) {
      return refuse('The backup eligibility of the credential changed.')
    }
    const { newCounter, credentialBackedUp } = authenticationInfo
    return ok({ counter: newCounter, backedUp: credentialBackedUp })
  } catch (error) {
    return refuse(reasonOf(error))
  }
}

function describe(
  answer: Extract<VerifiedRegistrationResponse, { verified: true }>,
): NewCredential {
  const { credential, credentialDeviceType, credentialBackedUp, aaguid } = answer.registrationInfo
  return {
    credentialId: credential.id,
    publicKey: credential.publicKey,
    counter: credential.counter,
    transports: credential.transports ?? [],
    deviceType: credentialDeviceType,
    backedUp: credentialBackedUp,
    aaguid,
  }
}

const descriptor = (passkey: { credentialId: string; transports: readonly string[] }) => ({
  id: passkey.credentialId,
  transports: [...passkey.transports],
})

/** The library throws for whatever does not fit; nothing it throws is our fault. */
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown')

const fromBase64url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(Buffer.from(text, 'base64url'))
