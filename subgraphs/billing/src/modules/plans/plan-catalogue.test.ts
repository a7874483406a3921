import { describe, expect, test } from '@jest/globals'
import { isId, newId } from '@logicspike/ids'
import { findPlan, offeredPlans, planById, trialPlan } from './find-plan.ts'
import { planCatalogue } from './plan-catalogue.ts'

describe('the catalogue of plans', () => {
  test('gives every plan an id and a key of its own', () => {
    for (const { id } of planCatalogue) expect(isId('plan', id)).toBe(true)
    expect(new Set(planCatalogue.map(({ id }) => id)).size).toBe(planCatalogue.length)
    expect(new Set(planCatalogue.map(({ key }) => key)).size).toBe(planCatalogue.length)
  })

  test('counts trials in whole days', () => {
    for (const { trialDays } of planCatalogue) {
      expect(Number.isSafeInteger(trialDays) && trialDays >= 0).toBe(true)
    }
  })

  test('has a plan to try, which is offered and can be tried', () => {
    expect(trialPlan()).toMatchObject({ isOffered: true })
    expect(trialPlan().trialDays).toBeGreaterThan(0)
  })

  test('finds a plan by its id, and none where there is none', () => {
    for (const plan of planCatalogue) expect(findPlan(plan.id)).toBe(plan)
    expect(findPlan(newId('plan'))).toBeNull()
    expect(() => planById(newId('plan'))).toThrow()
  })

  test('offers what can be chosen', () => {
    expect(offeredPlans().every(({ isOffered }) => isOffered)).toBe(true)
  })
})
