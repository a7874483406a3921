import { type EventData, publishEvent, recordAudit } from '@logicspike/events'
import type { Id } from '@logicspike/ids'
import type { IdentityContext } from '../../context.ts'

export type FailedSignIn = EventData<'session.sign_in_failed'>['reason']

/** Tells of a refused sign-in to an account that exists (ASVS 16.3.1). */
export async function recordFailedSignIn(
  tx: IdentityContext,
  userId: Id<'usr'>,
  reason: FailedSignIn,
): Promise<void> {
  await publishEvent(tx, {
    type: 'session.sign_in_failed',
    workspaceId: null,
    subject: userId,
    data: { userId, reason },
  })
  await recordAudit(tx, {
    action: 'session.sign_in_failed',
    workspaceId: null,
    outcome: 'refused',
    target: { type: 'user', id: userId },
    details: { reason },
  })
}
