import type { Id } from '@logicspike/ids'
import type { IdentityContext } from '../../context.ts'
import { forgetChallenges } from './challenge.repository.ts'
import { Passkey } from './passkey.entity.ts'
import { removeRecoveryCodes } from './recovery-codes.ts'
import { TotpFactor } from './totp-factor.entity.ts'

/**
 * Erases everything an account has for second steps. For accounts that are deleted or claimed by
 * their rightful owner; nobody is told, as those changes are told of themselves.
 */
export async function removeSecondFactors(
  tx: Pick<IdentityContext, 'em'>,
  userId: Id<'usr'>,
): Promise<void> {
  await tx.em.nativeDelete(TotpFactor, { userId })
  await tx.em.nativeDelete(Passkey, { userId })
  await removeRecoveryCodes(tx, userId)
  await forgetChallenges(tx, userId)
}
