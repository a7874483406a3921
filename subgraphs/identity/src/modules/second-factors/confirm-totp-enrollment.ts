import { inTransaction } from '@logicspike/database'
import { ok, type Result, refuse } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import type { ReauthenticationRequiredError } from '../sign-in/require-recent-authentication.ts'
import {
  type ChallengeExpiredError,
  challengeExpired,
  type WrongCodeError,
  wrongCode,
} from '../sign-in/sign-in.errors.ts'
import { requireCaller } from '../users/current-user.ts'
import { seedContext } from './accept-totp-code.ts'
import { announceFactorAdded } from './announce-factor-change.ts'
import { beginFactorChange, CONFIRMATION_SECONDS } from './begin-factor-change.ts'
import { ENROLLMENT_MS } from './begin-totp-enrollment.ts'
import {
  firstRecoveryCodes,
  keepFirstRecoveryCodes,
  type PreparedRecoveryCodes,
} from './recovery-codes.ts'
import { type TotpAlreadyEnrolledError, totpAlreadyEnrolled } from './second-factor.errors.ts'
import { findPendingTotp, findTotp } from './second-factor.repository.ts'
import { findTimeStep } from './totp-code.ts'
import type { TotpFactor } from './totp-factor.entity.ts'

export type ConfirmedTotp = {
  readonly totp: { readonly id: string; readonly confirmedAt: Date }
  /** Shown once; null where the account had codes already. */
  readonly recoveryCodes: string[] | null
}

type ConfirmTotpEnrollmentError =
  | ReauthenticationRequiredError
  | ChallengeExpiredError
  | TotpAlreadyEnrolledError
  | WrongCodeError

/**
 * Ends setting up an authenticator app. The code that does it is used up, and every sign-in from now
 * on takes a second step. With the first factor come recovery codes.
 * @throws AppError UNAUTHENTICATED, RATE_LIMITED
 */
export async function confirmTotpEnrollment(
  ctx: IdentityContext,
  input: { code: string },
): Promise<Result<ConfirmedTotp, ConfirmTotpEnrollmentError>> {
  const codes = await firstRecoveryCodes(ctx, requireCaller(ctx).userId)
  return inTransaction(ctx, (tx) => confirm(tx, input.code, codes))
}

async function confirm(
  tx: IdentityContext,
  code: string,
  codes: PreparedRecoveryCodes | null,
): Promise<Result<ConfirmedTotp, ConfirmTotpEnrollmentError>> {
  const begun = await beginFactorChange(tx, CONFIRMATION_SECONDS)
  if (!begun.ok) return begun
  const user = begun.value
  if (await findTotp(tx, user.id)) return refuse(totpAlreadyEnrolled())
  const pending = await findPendingTotp(tx, user.id)
  const confirmedAt = tx.clock.now()
  if (!pending || isOver(pending, confirmedAt)) return refuse(challengeExpired(null))
  const seed = tx.secretBox.open(pending.sealedSeed, seedContext(user.id))
  const step = await findTimeStep({ seed, code, now: confirmedAt, lastStep: pending.lastStep })
  if (step === null) return refuse(wrongCode('code', null))
  pending.confirmedAt = confirmedAt
  pending.lastStep = step
  const recoveryCodes = await keepFirstRecoveryCodes(tx, user.id, codes)
  await announceFactorAdded(tx, user, 'totp')
  return ok({ totp: { id: pending.id, confirmedAt }, recoveryCodes })
}

const isOver = ({ createdAt }: TotpFactor, now: Date): boolean =>
  now.getTime() >= createdAt.getTime() + ENROLLMENT_MS
