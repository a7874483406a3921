import type { IdentityContext } from '../../context.ts'
import { removePassword } from '../credentials/password.repository.ts'
import { removeLinkedIdentities } from '../google/linked-identity.repository.ts'
import { removeSecondFactors } from '../second-factors/remove-second-factors.ts'
import { Session } from '../sessions/session.entity.ts'
import type { User } from './user.entity.ts'

/**
 * Erases what identifies the owner of a locked account, and every way in. The row itself stays,
 * with nothing but an id, since other services may have written that down; so do the ended
 * sessions, whose epochs are what has their last tokens refused.
 */
export async function eraseUser(tx: IdentityContext, user: User): Promise<void> {
  await removePassword(tx, user.id)
  await removeLinkedIdentities(tx, user.id)
  await removeSecondFactors(tx, user.id)
  user.email = null
  user.emailVerified = false
  user.displayName = ''
  user.locale = null
  await tx.em.flush()
  await tx.em.nativeUpdate(Session, { userId: user.id }, { ipAddress: null, userAgent: null })
}
