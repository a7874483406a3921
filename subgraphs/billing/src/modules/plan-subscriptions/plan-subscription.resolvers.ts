import { hasPermission, requirePermission } from '@logicspike/subgraph-kit'
import type {
  PlanSubscriptionResolvers,
  WorkspaceResolvers,
} from '../../__generated__/resolvers.ts'
import { planById } from '../plans/find-plan.ts'
import { findPlanSubscription } from './plan-subscription.repository.ts'
import { statusName } from './plan-subscription-states.ts'

const PlanSubscription: PlanSubscriptionResolvers = {
  __resolveReference: async ({ id }, ctx) => {
    if (!hasPermission(ctx, 'billing:plan.read')) return null
    const subscription = await findPlanSubscription(ctx)
    return subscription?.id === id ? subscription : null
  },
  plan: ({ planId }) => planById(planId),
  status: ({ status }) => statusName(status),
}

/** What billing adds to the workspace of the token; to billing no other exists. */
const Workspace: WorkspaceResolvers = {
  __resolveReference: ({ id }, ctx) => (id === ctx.workspaceId ? { id } : null),
  planSubscription: (_, __, ctx) => {
    requirePermission(ctx, 'billing:plan.read')
    return findPlanSubscription(ctx)
  },
}

export const planSubscriptionResolvers = { PlanSubscription, Workspace }
