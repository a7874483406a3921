import { inTransaction } from '@logicspike/database'
import { ok, type Result, refuse } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import {
  type ReauthenticationRequiredError,
  requireRecentAuthentication,
} from '../sign-in/require-recent-authentication.ts'
import { requireCaller } from '../users/current-user.ts'
import { announceRecoveryCodesReplaced } from './announce-factor-change.ts'
import { beginFactorChange } from './begin-factor-change.ts'
import {
  type PreparedRecoveryCodes,
  prepareRecoveryCodes,
  replaceRecoveryCodes,
} from './recovery-codes.ts'
import { type NoSecondFactorError, noSecondFactor } from './second-factor.errors.ts'
import { findSecondFactors } from './second-factor.repository.ts'

/**
 * Replaces the caller's recovery codes.
 * @returns the new ones, to be shown once
 * @throws AppError UNAUTHENTICATED, RATE_LIMITED
 */
export async function regenerateRecoveryCodes(
  ctx: IdentityContext,
): Promise<Result<string[], ReauthenticationRequiredError | NoSecondFactorError>> {
  const { userId } = requireCaller(ctx)
  const stale = requireRecentAuthentication(ctx)
  if (stale) return refuse(stale)
  const codes = await prepareRecoveryCodes(ctx, userId)
  return inTransaction(ctx, (tx) => replace(tx, codes))
}

async function replace(
  tx: IdentityContext,
  codes: PreparedRecoveryCodes,
): Promise<Result<string[], ReauthenticationRequiredError | NoSecondFactorError>> {
  const begun = await beginFactorChange(tx)
  if (!begun.ok) return begun
  const user = begun.value
  const { isActive } = await findSecondFactors(tx, user.id)
  if (!isActive) return refuse(noSecondFactor())
  await replaceRecoveryCodes(tx, user.id, codes)
  await announceRecoveryCodesReplaced(tx, user)
  return ok(codes.shown)
}
