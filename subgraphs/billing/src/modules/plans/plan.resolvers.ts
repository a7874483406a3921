import type { QueryResolvers } from '../../__generated__/resolvers.ts'
import { findPlan, offeredPlans } from './find-plan.ts'

const Query: Pick<QueryResolvers, 'plan' | 'plans'> = {
  plan: (_, { id }) => findPlan(id),
  plans: () => [...offeredPlans()],
}

export const planResolvers = { Query }
