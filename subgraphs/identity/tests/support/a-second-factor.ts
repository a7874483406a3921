import { generate } from 'otplib'
import type { IdentityTestApp } from './identity-test-app.ts'
import {
  BEGIN_PASSKEY,
  BEGIN_TOTP,
  CONFIRM_PASSKEY,
  CONFIRM_TOTP,
} from './second-factor-operations.ts'
import {
  createSoftwareAuthenticator,
  type SoftwareAuthenticator,
} from './software-authenticator.ts'

type SignedIn = { readonly accessToken: string }

/** The code that an app with this seed shows now. */
export const codeNow = (app: IdentityTestApp, seed: string): Promise<string> =>
  generate({ secret: seed, epoch: Math.floor(app.clock.now().getTime() / 1000) })

/** The code that it shows half a minute later, when the one of before is no longer in the way. */
export async function nextCode(app: IdentityTestApp, seed: string): Promise<string> {
  app.clock.advance(30)
  return codeNow(app, seed)
}

export type TestTotp = { readonly seed: string; readonly recoveryCodes: readonly string[] }

/** Sets up an authenticator app for whoever is signed in. */
export async function aTotp(
  app: IdentityTestApp,
  { accessToken: token }: SignedIn,
): Promise<TestTotp> {
  const begun = await app.execute(BEGIN_TOTP, {}, { token })
  const seed: string = begun.data.beginTotpEnrollment.enrollment.secret
  const code = await codeNow(app, seed)
  const confirmed = await app.execute(CONFIRM_TOTP, { input: { code } }, { token })
  const { totp, recoveryCodes } = confirmed.data.confirmTotpEnrollment
  if (!totp) throw new Error('the app was not set up')
  return { seed, recoveryCodes: recoveryCodes ?? [] }
}

export const anAuthenticator = (synced = false): SoftwareAuthenticator =>
  createSoftwareAuthenticator({ origin: 'http://console.test', synced })

export type TestPasskey = {
  readonly id: string
  readonly authenticator: SoftwareAuthenticator
  readonly recoveryCodes: readonly string[]
}

/** Registers a passkey for whoever is signed in. */
export async function aPasskey(
  app: IdentityTestApp,
  { accessToken: token }: SignedIn,
  authenticator = anAuthenticator(),
): Promise<TestPasskey> {
  const begun = await app.execute(BEGIN_PASSKEY, {}, { token })
  const { token: challengeToken, options } = begun.data.beginPasskeyRegistration.registration
  const passkey = authenticator.create(options)
  const input = { challengeToken, name: 'My key', passkey }
  const confirmed = await app.execute(CONFIRM_PASSKEY, { input }, { token })
  const answer = confirmed.data.confirmPasskeyRegistration
  if (!answer.passkey) throw new Error('the passkey was not registered')
  return { id: answer.passkey.id, authenticator, recoveryCodes: answer.recoveryCodes ?? [] }
}
