import { ok, type Result, refuse } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import type { ReauthenticationRequiredError } from '../sign-in/require-recent-authentication.ts'
import { beginFactorChange } from './begin-factor-change.ts'
import { finishFactorRemoval } from './finish-factor-removal.ts'
import { type TotpNotEnrolledError, totpNotEnrolled } from './second-factor.errors.ts'
import type { SecondFactors } from './second-factor.repository.ts'
import { TotpFactor } from './totp-factor.entity.ts'

/**
 * Removes the caller's authenticator app.
 * @returns what is left
 * @throws AppError UNAUTHENTICATED
 */
export async function removeTotp(
  tx: IdentityContext,
): Promise<Result<SecondFactors, ReauthenticationRequiredError | TotpNotEnrolledError>> {
  const begun = await beginFactorChange(tx)
  if (!begun.ok) return begun
  const user = begun.value
  const removed = await tx.em.nativeDelete(TotpFactor, {
    userId: user.id,
    confirmedAt: { $ne: null },
  })
  if (removed === 0) return refuse(totpNotEnrolled())
  return ok(await finishFactorRemoval(tx, user, 'totp'))
}
