import { sessionSubject } from '@logicspike/auth'
import { type EventData, publishEvent, recordAudit } from '@logicspike/events'
import type { IdentityContext } from '../../context.ts'
import { lockUser } from '../users/user.repository.ts'
import type { Session } from './session.entity.ts'
import { lockLiveSessions, lockSession } from './session.repository.ts'

export type EndReason = EventData<'session.revoked'>['reason']

/**
 * Ends one session: its refresh token is dead at once, its access tokens as soon as verifiers learn
 * of the epoch. Ending one that has ended changes nothing.
 * @returns whether it was live
 */
export async function endSession(
  tx: IdentityContext,
  input: { sessionId: string; reason: EndReason },
): Promise<boolean> {
  const session = await lockSession(tx, input.sessionId)
  if (!session || session.endedAt !== null) return false
  await revoke(tx, session, input.reason)
  return true
}

/**
 * Ends all live sessions of a user, but for `except`. To be called in the transaction of whatever
 * makes them unsafe (password, factors, deactivation).
 * @returns how many ended
 */
export async function endSessions(
  tx: IdentityContext,
  input: { userId: string; reason: EndReason; except?: string | null },
): Promise<number> {
  await lockUser(tx, input.userId)
  const live = await lockLiveSessions(tx, input.userId)
  const ending = live.filter(({ id }) => id !== input.except)
  for (const session of ending) await revoke(tx, session, input.reason)
  return ending.length
}

/** Marks a locked session as ended and says so: first to verifiers, then to those who follow. */
export async function revoke(
  tx: IdentityContext,
  session: Session,
  reason: EndReason,
): Promise<void> {
  const now = tx.clock.now()
  session.endedAt = now
  session.endReason = reason
  session.epoch += 1
  session.epochBumpedAt = now
  const { id, userId } = session
  const subject = sessionSubject(id)
  await publishEvent(tx, {
    type: 'epoch.bumped',
    workspaceId: null,
    subject,
    data: { subject, epoch: session.epoch, bumpedAt: now.toISOString() },
  })
  await publishEvent(tx, {
    type: 'session.revoked',
    workspaceId: null,
    subject: id,
    data: { sessionId: id, userId, reason },
  })
  await recordAudit(tx, {
    action: 'session.revoked',
    workspaceId: null,
    target: { type: 'session', id },
    details: { userId, reason },
  })
}
