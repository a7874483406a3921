import { mergeResolvers, type ResolverMap } from '@logicspike/subgraph-server'
import { planSubscriptionResolvers } from './modules/plan-subscriptions/plan-subscription.resolvers.ts'
import { planResolvers } from './modules/plans/plan.resolvers.ts'

/** What billing answers, module by module. */
export const resolvers: ResolverMap = mergeResolvers(planResolvers, planSubscriptionResolvers)
