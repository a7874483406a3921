import { ok, type Result, refuse } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import type { ReauthenticationRequiredError } from '../sign-in/require-recent-authentication.ts'
import { requireCaller } from '../users/current-user.ts'
import { userHandleOf } from './accept-passkey.ts'
import { beginFactorChange } from './begin-factor-change.ts'
import { forgetChallenges, openChallenge } from './challenge.repository.ts'
import { creationOptions } from './passkey-ceremonies.ts'
import { MAX_PASSKEYS, type TooManyPasskeysError, tooManyPasskeys } from './second-factor.errors.ts'
import { findPasskeys } from './second-factor.repository.ts'

export type PasskeyRegistration = {
  readonly token: string
  /** PublicKeyCredentialCreationOptionsJSON. */
  readonly options: object
  readonly expiresAt: Date
}

/**
 * Asks the caller's browser to make a passkey. An earlier question of the session is void.
 * @throws AppError UNAUTHENTICATED
 */
export async function beginPasskeyRegistration(
  tx: IdentityContext,
): Promise<Result<PasskeyRegistration, ReauthenticationRequiredError | TooManyPasskeysError>> {
  const begun = await beginFactorChange(tx)
  if (!begun.ok) return begun
  const { id: userId, email, displayName } = begun.value
  const { sessionId } = requireCaller(tx)
  const existing = await findPasskeys(tx, userId)
  if (existing.length >= MAX_PASSKEYS) return refuse(tooManyPasskeys())
  const purpose = 'passkey-registration'
  await forgetChallenges(tx, userId, { purpose, sessionId })
  const { token, challenge } = openChallenge(tx, { purpose, userId, sessionId, passkey: true })
  const options = await creationOptions(tx.config.relyingParty, {
    challenge: challenge.passkeyChallenge ?? '',
    handle: userHandleOf(userId),
    account: email ?? userId,
    displayName,
    existing,
  })
  return ok({ token, options, expiresAt: challenge.expiresAt })
}
