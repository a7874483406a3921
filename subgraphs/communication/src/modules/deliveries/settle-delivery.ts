import { publishEvent } from '@logicspike/events'
import type { IdOf } from '@logicspike/ids'
import type { CommunicationContext } from '../../context.ts'
import { switchPlace } from '../../place.ts'
import type { SendOutcome } from './channel.ts'
import { lockBundle } from './delivery.repository.ts'
import { assertTransition } from './delivery-states.ts'
import { type Claimed, dequeue, holdClaim, postpone } from './dispatch-queue.ts'
import type { NotificationDelivery } from './notification-delivery.entity.ts'
import { type Settlement, settleAttempt } from './settle-attempt.ts'

/**
 * Writes down what an attempt came to, for the delivery and all that was said with it; a mail that
 * went out is counted as usage of the workspace in the same transaction.
 * @param workspaceId where it happened; null where in no workspace, whose mails nobody is charged for
 */
export async function settleDelivery(
  tx: CommunicationContext,
  claimed: Claimed,
  outcome: SendOutcome,
  workspaceId: IdOf<'workspace'> | null,
): Promise<void> {
  if (!(await holdClaim(tx, claimed))) {
    tx.log.warn({ deliveryId: claimed.id }, 'an attempt took longer than its lease')
    return
  }
  const bundle = await lockBundle(tx, claimed.id as NotificationDelivery['id'])
  const [lead] = bundle.filter(({ id }) => id === claimed.id)
  if (!lead) return
  const now = tx.clock.now()
  const settlement = settleAttempt(outcome, lead.attempts, now, Math.random())
  for (const delivery of bundle) settle(delivery, settlement, now)
  await tx.em.flush()
  if (settlement.status === 'queued') {
    await postpone(tx, claimed, settlement.at)
    return
  }
  await dequeue(tx, [claimed.id])
  if (settlement.status === 'sent' && lead.channel === 'EMAIL' && workspaceId !== null) {
    await countUsage(tx, lead, workspaceId)
  }
}

const actions = { sent: 'succeed', queued: 'postpone', failed: 'fail' } as const

function settle(delivery: NotificationDelivery, settlement: Settlement, now: Date): void {
  delivery.status = assertTransition(delivery.status, actions[settlement.status])
  delivery.sentAt = settlement.status === 'sent' ? now : null
  delivery.dueAt = settlement.status === 'queued' ? settlement.at : null
  delivery.reason = settlement.status === 'sent' ? null : settlement.reason
}

async function countUsage(
  tx: CommunicationContext,
  { id, userId }: NotificationDelivery,
  workspaceId: IdOf<'workspace'>,
): Promise<void> {
  const at = await switchPlace(tx, { workspaceId, userId })
  await publishEvent(at, {
    type: 'usage.recorded',
    workspaceId,
    subject: id,
    data: { workspaceId, meter: 'communication.email_sends', quantity: 1 },
  })
}
