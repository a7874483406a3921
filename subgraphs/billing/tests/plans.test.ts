import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { offeredPlans } from '../src/modules/plans/find-plan.ts'
import { useBilling } from './support/billing-test-app.ts'

const billing = useBilling()

describe('plans', () => {
  test('are shown to anybody, cheapest first', async () => {
    const { data, codes } = await billing.ask(
      null,
      '{ plans { id key name description trialDays isOffered } }',
    )
    expect(codes).toEqual([])
    expect(data.plans).toEqual(offeredPlans())
  })

  test('are found by their ids', async () => {
    const [plan] = offeredPlans()
    const query = 'query ($id: ID!) { plan(id: $id) { name } }'
    expect(await billing.ask(null, query, { id: plan?.id })).toEqual({
      data: { plan: { name: plan?.name } },
      codes: [],
    })
    for (const id of [newId('plan'), 'team', '\0']) {
      expect(await billing.ask(null, query, { id })).toEqual({ data: { plan: null }, codes: [] })
    }
  })
})
