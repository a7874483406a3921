import { notFound, ok, type Result } from '@logicspike/errors'
import type { Id } from '@logicspike/ids'
import type { IdentityContext } from '../../context.ts'
import type { ReauthenticationRequiredError } from '../sign-in/require-recent-authentication.ts'
import { beginFactorChange } from './begin-factor-change.ts'
import { finishFactorRemoval } from './finish-factor-removal.ts'
import { Passkey } from './passkey.entity.ts'
import type { SecondFactors } from './second-factor.repository.ts'

/**
 * Removes a passkey of the caller's.
 * @returns what is left
 * @throws AppError UNAUTHENTICATED, NOT_FOUND
 */
export async function removePasskey(
  tx: IdentityContext,
  input: { passkeyId: string },
): Promise<Result<SecondFactors, ReauthenticationRequiredError>> {
  const begun = await beginFactorChange(tx)
  if (!begun.ok) return begun
  const user = begun.value
  const id = input.passkeyId as Id<'pky'>
  const removed = await tx.em.nativeDelete(Passkey, { id, userId: user.id })
  if (removed === 0) throw notFound('passkey')
  return ok(await finishFactorRemoval(tx, user, 'passkey'))
}
