import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { startTrial } from '../src/modules/plan-subscriptions/start-trial.ts'
import { useBilling } from './support/billing-test-app.ts'

const billing = useBilling()
const ENTITIES = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
  ... on Workspace { id planSubscription { id status plan { key } } }
  ... on PlanSubscription { id startedAt trialEndsAt endedAt }
} }`
const ask = (token: string | null, ...representations: readonly object[]) =>
  billing.ask(token, ENTITIES, { representations })
const workspaceRef = (id: string) => ({ __typename: 'Workspace', id })
const subscriptionRef = (id: string) => ({ __typename: 'PlanSubscription', id })
const reader = ['billing:plan.read']

async function aTrial() {
  const workspaceId = newId('workspace')
  const startedAt = billing.clock.now()
  const { id } = await billing.within(workspaceId, (tx) => startTrial(tx, { startedAt }))
  return { workspaceId, id, startedAt }
}

describe('the plan subscription of a workspace', () => {
  test('is shown to who may see it', async () => {
    const { workspaceId, id, startedAt } = await aTrial()
    const token = billing.tokenFor(workspaceId, reader)
    const { data, codes } = await ask(token, workspaceRef(workspaceId), subscriptionRef(id))
    expect(codes).toEqual([])
    const [workspace, subscription] = data._entities
    expect(workspace).toEqual({
      id: workspaceId,
      planSubscription: { id, status: 'TRIALING', plan: { key: 'team' } },
    })
    expect(subscription).toEqual({
      id,
      startedAt: startedAt.toISOString(),
      trialEndsAt: new Date(startedAt.getTime() + 14 * 86_400_000).toISOString(),
      endedAt: null,
    })
  })

  test('is null before its trial has begun', async () => {
    const workspaceId = newId('workspace')
    const token = billing.tokenFor(workspaceId, reader)
    const { data, codes } = await ask(token, workspaceRef(workspaceId))
    expect([data._entities[0], codes]).toEqual([{ id: workspaceId, planSubscription: null }, []])
  })

  test('is denied to who lacks the permission, whatever the gateway has let through', async () => {
    const { workspaceId, id } = await aTrial()
    const token = billing.tokenFor(workspaceId, ['tenancy:workspace.read'])
    const { data, codes } = await ask(token, workspaceRef(workspaceId), subscriptionRef(id))
    expect(data._entities).toEqual([{ id: workspaceId, planSubscription: null }, null])
    expect(codes).toEqual(['FORBIDDEN'])
  })

  test('of another workspace is not there, as one that never was', async () => {
    const foreign = await aTrial()
    const token = billing.tokenFor((await aTrial()).workspaceId, reader)
    const { data, codes } = await ask(
      token,
      workspaceRef(foreign.workspaceId),
      subscriptionRef(foreign.id),
      workspaceRef(newId('workspace')),
      subscriptionRef(newId('planSubscription')),
      { ...subscriptionRef(foreign.id), tenantId: foreign.workspaceId, status: 'trialing' },
    )
    expect([data._entities, codes]).toEqual([[null, null, null, null, null], []])
  })

  test('is not there without a token, nor with one for no workspace', async () => {
    const { workspaceId, id } = await aTrial()
    for (const token of [null, billing.tokenFor(undefined, reader)]) {
      const { data } = await ask(token, workspaceRef(workspaceId), subscriptionRef(id))
      expect(data._entities).toEqual([null, null])
    }
  })
})
