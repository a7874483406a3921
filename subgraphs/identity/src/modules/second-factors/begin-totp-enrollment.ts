import { ok, type Result, refuse } from '@logicspike/errors'
import type { IdentityContext } from '../../context.ts'
import type { ReauthenticationRequiredError } from '../sign-in/require-recent-authentication.ts'
import { seedContext } from './accept-totp-code.ts'
import { beginFactorChange } from './begin-factor-change.ts'
import { CHALLENGE_MS } from './challenge.repository.ts'
import { type TotpAlreadyEnrolledError, totpAlreadyEnrolled } from './second-factor.errors.ts'
import { findTotp } from './second-factor.repository.ts'
import { newTotpSeed, totpUri } from './totp-code.ts'
import { TotpFactor } from './totp-factor.entity.ts'

/** How long setting up an app may take, in milliseconds. */
export const ENROLLMENT_MS = CHALLENGE_MS

export type TotpEnrollment = {
  readonly secret: string
  readonly uri: string
  readonly expiresAt: Date
}

/**
 * Makes a seed for an authenticator app. It is shown now and never again, and is good for nothing
 * until a first code confirms it. A seed made before is void.
 * @throws AppError UNAUTHENTICATED
 */
export async function beginTotpEnrollment(
  tx: IdentityContext,
): Promise<Result<TotpEnrollment, ReauthenticationRequiredError | TotpAlreadyEnrolledError>> {
  const begun = await beginFactorChange(tx)
  if (!begun.ok) return begun
  const user = begun.value
  if (await findTotp(tx, user.id)) return refuse(totpAlreadyEnrolled())
  const seed = newTotpSeed()
  const createdAt = tx.clock.now()
  await tx.em.nativeDelete(TotpFactor, { userId: user.id })
  tx.em.create(TotpFactor, {
    id: tx.ids('credential'),
    userId: user.id,
    sealedSeed: tx.secretBox.seal(seed, seedContext(user.id)),
    lastStep: 0,
    confirmedAt: null,
    createdAt,
  })
  return ok({
    secret: seed,
    uri: totpUri(seed, user.email ?? user.id, tx.config.relyingParty.name),
    expiresAt: new Date(createdAt.getTime() + ENROLLMENT_MS),
  })
}
