import { announce } from '../../announce.ts'
import type { BillingContext } from '../../context.ts'
import { lockPlanSubscription } from './plan-subscription.repository.ts'
import { assertTransition, canTransition } from './plan-subscription-states.ts'
import { ScheduledTrialEnd } from './scheduled-trial-end.entity.ts'

/**
 * Goes on with the trial of a workspace that was restored. Its time went on all along: one that is
 * over by now is ended by the job like any other.
 */
export async function resumeTrial(tx: BillingContext): Promise<void> {
  const subscription = await lockPlanSubscription(tx)
  if (!subscription || !canTransition(subscription.status, 'resume')) return
  const { tenantId: workspaceId, trialEndsAt } = subscription
  subscription.status = assertTransition(subscription.status, 'resume')
  subscription.endedAt = null
  subscription.updatedAt = tx.clock.now()
  tx.em.persist(tx.em.create(ScheduledTrialEnd, { workspaceId, endsAt: trialEndsAt }))
  await tx.em.flush()
  await announce(tx, 'plan_subscription.resumed', subscription, {
    trialEndsAt: trialEndsAt.toISOString(),
  })
}
