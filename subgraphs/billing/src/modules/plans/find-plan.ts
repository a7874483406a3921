import { internal } from '@logicspike/errors'
import { type Plan, planCatalogue, TRIAL_PLAN_KEY } from './plan-catalogue.ts'

/** The plan of an id; null where there never was one. */
export const findPlan = (id: string): Plan | null =>
  planCatalogue.find((it) => it.id === id) ?? null

/** The plans that can be chosen, cheapest first. */
export const offeredPlans = (): readonly Plan[] => planCatalogue.filter((it) => it.isOffered)

/** The plan that a subscription refers to. @throws AppError INTERNAL where it left the catalogue */
export function planById(id: string): Plan {
  const plan = findPlan(id)
  if (!plan) throw internal(`plan ${id} is subscribed to and is not in the catalogue`)
  return plan
}

/** The plan that every new workspace tries. */
export function trialPlan(): Plan {
  const plan = planCatalogue.find(({ key }) => key === TRIAL_PLAN_KEY)
  if (!plan) throw internal(`there is no plan ${TRIAL_PLAN_KEY} to try`)
  return plan
}
