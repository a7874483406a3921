import { publishEvent } from '@logicspike/events'
import type { IdentityContext } from '../../context.ts'
import type { User } from '../users/user.entity.ts'

/** Records that the owner of a locked account reads the mail of its address; once is enough. */
export async function markEmailVerified(tx: IdentityContext, user: User): Promise<void> {
  if (user.emailVerified) return
  user.emailVerified = true
  await publishEvent(tx, {
    type: 'user.email_verified',
    workspaceId: null,
    subject: user.id,
    data: { userId: user.id },
  })
}
