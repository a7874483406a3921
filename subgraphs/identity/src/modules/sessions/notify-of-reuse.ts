import { enqueueMail } from '@logicspike/mail'
import type { IdentityContext } from '../../context.ts'
import { refreshTokenReusedLetter } from '../mails/refresh-token-reused.letter.ts'
import { findUser } from '../users/user.repository.ts'
import type { Session } from './session.entity.ts'

/** Writes to the owner of a session that ended because its refresh token was copied (ASVS 6.3.5). */
export async function notifyOfReuse(tx: IdentityContext, session: Session): Promise<void> {
  const user = await findUser(tx, session.userId)
  if (!user?.email) return
  const { userAgent, ipAddress, createdAt } = session
  enqueueMail(
    tx,
    refreshTokenReusedLetter({
      to: user.email,
      consoleUrl: tx.config.consoleUrl,
      session: { userAgent, ipAddress, createdAt },
    }),
  )
}
