import { publishEvent, recordAudit } from '@logicspike/events'
import type { IdentityContext } from '../../context.ts'
import type { User } from '../users/user.entity.ts'
import type { GoogleIdentity } from './google-client.ts'
import { LinkedIdentity } from './linked-identity.entity.ts'

/** Lets an identity sign in to a locked account. That neither is linked otherwise is checked before. */
export async function linkIdentity(
  tx: IdentityContext,
  user: User,
  identity: GoogleIdentity,
): Promise<void> {
  const now = tx.clock.now()
  const { issuer, subject } = identity
  const linked = tx.em.create(LinkedIdentity, {
    id: tx.ids('linkedIdentity'),
    userId: user.id,
    issuer,
    subject,
    email: identity.email ?? '',
    createdAt: now,
    lastUsedAt: now,
  })
  await publishEvent(tx, {
    type: 'user.identity_linked',
    workspaceId: null,
    subject: user.id,
    data: { userId: user.id, issuer },
  })
  await recordAudit(tx, {
    action: 'user.identity_linked',
    workspaceId: null,
    target: { type: 'linked_identity', id: linked.id },
    details: { userId: user.id, issuer },
  })
}
