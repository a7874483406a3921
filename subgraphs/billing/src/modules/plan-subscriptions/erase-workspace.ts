import { currentWorkspaceId, ofWorkspace } from '@logicspike/subgraph-kit'
import type { BillingContext } from '../../context.ts'
import { PlanSubscription } from './plan-subscription.entity.ts'
import { ScheduledTrialEnd } from './scheduled-trial-end.entity.ts'

/** Removes every row of a workspace whose period of grace is over. */
export async function eraseWorkspace(tx: BillingContext): Promise<void> {
  await tx.em.nativeDelete(ScheduledTrialEnd, { workspaceId: currentWorkspaceId(tx) })
  await tx.em.nativeDelete(PlanSubscription, ofWorkspace(tx))
}
