import { inTransaction, isUniqueViolation } from '@logicspike/database'
import { ok, type Result, refuse } from '@logicspike/errors'
import { type InvalidInputError, invalidInput } from '@logicspike/subgraph-server'
import type { IdentityContext } from '../../context.ts'
import type { ReauthenticationRequiredError } from '../sign-in/require-recent-authentication.ts'
import {
  type ChallengeExpiredError,
  challengeExpired,
  type PasskeyRefusedError,
  passkeyRefused,
} from '../sign-in/sign-in.errors.ts'
import { requireCaller } from '../users/current-user.ts'
import { announceFactorAdded } from './announce-factor-change.ts'
import { beginFactorChange, CONFIRMATION_SECONDS } from './begin-factor-change.ts'
import { closeChallenge, lockChallenge } from './challenge.repository.ts'
import { Passkey } from './passkey.entity.ts'
import { type NewCredential, verifyRegistration } from './passkey-ceremonies.ts'
import { readPasskeyName } from './passkey-name.ts'
import { type RegistrationResponse, registrationResponse } from './passkey-responses.ts'
import {
  firstRecoveryCodes,
  keepFirstRecoveryCodes,
  type PreparedRecoveryCodes,
} from './recovery-codes.ts'
import {
  MAX_PASSKEYS,
  type PasskeyAlreadyRegisteredError,
  passkeyAlreadyRegistered,
  type TooManyPasskeysError,
  tooManyPasskeys,
} from './second-factor.errors.ts'
import { findPasskeyOwner, findPasskeys } from './second-factor.repository.ts'

export type ConfirmedPasskey = {
  readonly passkey: Passkey
  /** Shown once; null where the account had codes already. */
  readonly recoveryCodes: string[] | null
}

type ConfirmPasskeyRegistrationError =
  | InvalidInputError
  | ReauthenticationRequiredError
  | ChallengeExpiredError
  | PasskeyRefusedError
  | PasskeyAlreadyRegisteredError
  | TooManyPasskeysError

type Answer = {
  readonly token: string
  readonly name: string
  readonly response: RegistrationResponse
}

/**
 * Keeps the passkey that the caller's browser made. The question takes one answer, right or wrong.
 * With the first factor come recovery codes.
 * @throws AppError UNAUTHENTICATED, RATE_LIMITED
 */
export async function confirmPasskeyRegistration(
  ctx: IdentityContext,
  input: { challengeToken: string; name: string; passkey: unknown },
): Promise<Result<ConfirmedPasskey, ConfirmPasskeyRegistrationError>> {
  const { userId } = requireCaller(ctx)
  const name = readPasskeyName(input.name)
  if (!name.ok) return name
  const parsed = registrationResponse.safeParse(input.passkey)
  if (!parsed.success)
    return refuse(invalidInput('This is not the answer of a browser.', 'passkey'))
  const answer = { token: input.challengeToken, name: name.value, response: parsed.data }
  const codes = await firstRecoveryCodes(ctx, userId)
  try {
    return await inTransaction(ctx, (tx) => confirm(tx, answer, codes))
  } catch (error) {
    // Two accounts offered one credential at the same moment.
    if (!isUniqueViolation(error, 'passkeys_credential_unique')) throw error
    return refuse(passkeyAlreadyRegistered())
  }
}

async function confirm(
  tx: IdentityContext,
  { token, name, response }: Answer,
  codes: PreparedRecoveryCodes | null,
): Promise<Result<ConfirmedPasskey, ConfirmPasskeyRegistrationError>> {
  const begun = await beginFactorChange(tx, CONFIRMATION_SECONDS)
  if (!begun.ok) return begun
  const user = begun.value
  const question = await lockChallenge(tx, 'passkey-registration', token)
  if (!question?.passkeyChallenge || question.sessionId !== requireCaller(tx).sessionId) {
    return refuse(challengeExpired())
  }
  closeChallenge(tx, question)
  if ((await findPasskeys(tx, user.id)).length >= MAX_PASSKEYS) {
    return refuse.keeping(tooManyPasskeys())
  }
  const { relyingParty } = tx.config
  const verified = await verifyRegistration(relyingParty, response, question.passkeyChallenge)
  if (!verified.ok) {
    tx.log.warn({ userId: user.id, reason: verified.errors[0] }, 'a new passkey was refused')
    return refuse.keeping(passkeyRefused())
  }
  const taken = await findPasskeyOwner(tx, verified.value.credentialId)
  if (taken) return refuse.keeping(passkeyAlreadyRegistered())
  const passkey = keep(tx, user.id, name, verified.value)
  const recoveryCodes = await keepFirstRecoveryCodes(tx, user.id, codes)
  await announceFactorAdded(tx, user, 'passkey')
  return ok({ passkey, recoveryCodes })
}

function keep(
  tx: IdentityContext,
  userId: Passkey['userId'],
  name: string,
  { publicKey, transports, ...credential }: NewCredential,
): Passkey {
  return tx.em.create(Passkey, {
    ...credential,
    id: tx.ids('passkey'),
    userId,
    name,
    publicKey: Buffer.from(publicKey).toString('base64url'),
    transports: [...transports],
    createdAt: tx.clock.now(),
    lastUsedAt: null,
  })
}
