import { type EventData, publishEvent, recordAudit } from '@logicspike/events'
import type { IdOf } from '@logicspike/ids'
import type { BillingContext } from './context.ts'

type PlanSubscriptionEvent =
  | 'plan_subscription.trial_started'
  | 'plan_subscription.trial_expired'
  | 'plan_subscription.canceled'
  | 'plan_subscription.resumed'

type Subject = { readonly id: IdOf<'planSubscription'>; readonly tenantId: IdOf<'workspace'> }

/**
 * Tells of a change in its own transaction: the event for those who follow, and the same fact for
 * auditors.
 * @param data what the event says besides whose subscription it is about
 */
export async function announce<T extends PlanSubscriptionEvent>(
  tx: BillingContext,
  type: T,
  { id, tenantId: workspaceId }: Subject,
  data: Omit<EventData<T>, 'workspaceId' | 'planSubscriptionId'>,
): Promise<void> {
  const facts = { ...data, workspaceId, planSubscriptionId: id } as EventData<T>
  await publishEvent(tx, { type, workspaceId, subject: id, data: facts })
  const target = { type: 'plan-subscription', id }
  await recordAudit(tx, { action: type, workspaceId, target, details: { ...facts } })
}
