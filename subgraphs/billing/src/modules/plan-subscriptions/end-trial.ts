import { announce } from '../../announce.ts'
import type { BillingContext } from '../../context.ts'
import type { PlanSubscription } from './plan-subscription.entity.ts'
import { lockPlanSubscription } from './plan-subscription.repository.ts'
import { assertTransition, canTransition } from './plan-subscription-states.ts'
import { ScheduledTrialEnd } from './scheduled-trial-end.entity.ts'

/**
 * Ends the workspace's trial where its time is over.
 * @returns whether it did; another process may have come first
 */
export async function expireTrial(tx: BillingContext): Promise<boolean> {
  const subscription = await lockPlanSubscription(tx)
  if (!subscription || !canTransition(subscription.status, 'expire')) return false
  if (subscription.trialEndsAt > tx.clock.now()) return false
  await end(tx, subscription, 'expire')
  await announce(tx, 'plan_subscription.trial_expired', subscription, {})
  return true
}

/** Ends the trial of a workspace that was deleted. Where none runs, nothing happens. */
export async function cancelTrial(tx: BillingContext): Promise<void> {
  const subscription = await lockPlanSubscription(tx)
  if (!subscription || !canTransition(subscription.status, 'cancel')) return
  await end(tx, subscription, 'cancel')
  await announce(tx, 'plan_subscription.canceled', subscription, {})
}

async function end(
  tx: BillingContext,
  subscription: PlanSubscription,
  action: 'expire' | 'cancel',
): Promise<void> {
  const now = tx.clock.now()
  subscription.status = assertTransition(subscription.status, action)
  subscription.endedAt = now
  subscription.updatedAt = now
  await tx.em.flush()
  await tx.em.nativeDelete(ScheduledTrialEnd, { workspaceId: subscription.tenantId })
}
