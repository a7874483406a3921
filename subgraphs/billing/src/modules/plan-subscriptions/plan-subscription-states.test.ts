import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import {
  assertTransition,
  canTransition,
  drawPlanSubscriptionStates,
  IllegalTransitionError,
  type PlanSubscriptionAction,
  type PlanSubscriptionStatus,
  planSubscriptionStatuses,
  planSubscriptionTransitions,
  statusName,
} from './plan-subscription-states.ts'

const actions = Object.keys(planSubscriptionTransitions) as PlanSubscriptionAction[]
const pairs = planSubscriptionStatuses.flatMap((status) =>
  actions.map((action) => [status, action] as const),
)
const allowed: Readonly<Record<string, PlanSubscriptionStatus>> = {
  'trialing expire': 'expired',
  'trialing cancel': 'canceled',
  'canceled resume': 'trialing',
}

describe('the life of a plan subscription', () => {
  test.each(pairs)('%s, %s', (status, action) => {
    const to = allowed[`${status} ${action}`]
    expect(canTransition(status, action)).toBe(to !== undefined)
    if (to) expect(assertTransition(status, action)).toBe(to)
    else expect(() => assertTransition(status, action)).toThrow(IllegalTransitionError)
  })

  test('a trial that has expired never begins again', () => {
    for (const action of actions) expect(canTransition('expired', action)).toBe(false)
  })

  test('the schema names each status in capitals', () => {
    expect(planSubscriptionStatuses.map(statusName)).toEqual(['TRIALING', 'EXPIRED', 'CANCELED'])
  })

  test('the README shows the diagram that the table makes', () => {
    const readme = readFileSync(`${import.meta.dirname}/../../../README.md`, 'utf8')
    expect(readme).toContain(drawPlanSubscriptionStates())
  })
})
