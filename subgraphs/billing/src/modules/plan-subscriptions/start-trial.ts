import { advisoryLock } from '@logicspike/database'
import { currentWorkspaceId } from '@logicspike/subgraph-kit'
import { announce } from '../../announce.ts'
import type { BillingContext } from '../../context.ts'
import { trialPlan } from '../plans/find-plan.ts'
import { PlanSubscription } from './plan-subscription.entity.ts'
import { findPlanSubscription } from './plan-subscription.repository.ts'
import { ScheduledTrialEnd } from './scheduled-trial-end.entity.ts'
import { trialEnd } from './trial-end.ts'

/**
 * Begins the workspace's one trial. Where it has begun before, nothing happens.
 * @param input.startedAt when the workspace came to be, so that being late makes no trial longer
 */
export async function startTrial(
  tx: BillingContext,
  input: { readonly startedAt: Date },
): Promise<PlanSubscription> {
  const workspaceId = currentWorkspaceId(tx)
  await advisoryLock(tx.em, 'billing.plan-subscription', workspaceId)
  const known = await findPlanSubscription(tx)
  if (known) return known

  const { startedAt } = input
  const plan = trialPlan()
  const trialEndsAt = trialEnd(startedAt, plan.trialDays)
  const subscription = tx.em.create(PlanSubscription, {
    id: tx.ids('planSubscription'),
    tenantId: workspaceId,
    planId: plan.id,
    status: 'trialing',
    startedAt,
    trialEndsAt,
    endedAt: null,
    updatedAt: tx.clock.now(),
  })
  const ending = tx.em.create(ScheduledTrialEnd, { workspaceId, endsAt: trialEndsAt })
  tx.em.persist([subscription, ending])
  await tx.em.flush()
  await announce(tx, 'plan_subscription.trial_started', subscription, {
    plan: plan.key,
    trialEndsAt: trialEndsAt.toISOString(),
  })
  return subscription
}
