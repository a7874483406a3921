import { enqueueMail } from '@logicspike/mail'
import type { IdentityContext } from '../../context.ts'
import { recoveryCodeUsedLetter } from '../mails/second-factor.letters.ts'
import type { User } from '../users/user.entity.ts'
import { countRecoveryCodes } from './second-factor.repository.ts'

/** Tells the owner that one of the codes is used up, and how many are left. */
export async function notifyOfRecoveryCodeUse(tx: IdentityContext, user: User): Promise<void> {
  if (!user.email) return
  const { consoleUrl } = tx.config
  const left = await countRecoveryCodes(tx, user.id)
  enqueueMail(tx, recoveryCodeUsedLetter({ to: user.email, consoleUrl, left }))
}
