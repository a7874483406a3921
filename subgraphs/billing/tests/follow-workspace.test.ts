import { describe, expect, test } from '@jest/globals'
import { type IdOf, newId } from '@logicspike/ids'
import type { BillingApp } from '../src/app.ts'
import {
  followedTypes,
  followWorkspace,
} from '../src/modules/plan-subscriptions/follow-workspace.ts'
import { useBilling } from './support/billing-test-app.ts'
import { aWorkspaceEvent } from './support/workspace-event.ts'

const billing = useBilling()

const follow = (
  type: `workspace.${string}`,
  workspaceId: IdOf<'workspace'>,
  app?: BillingApp,
  occurredAt = billing.clock.now(),
) =>
  billing.within(
    workspaceId,
    (tx) => followWorkspace(tx, aWorkspaceEvent(type, workspaceId, occurredAt)),
    app,
  )
const statusesOf = async (workspaceId: string) =>
  (
    await billing.database.asAdmin<{ status: string }>(
      'select status from billing.plan_subscriptions where tenant_id = $1',
      [workspaceId],
    )
  ).map(({ status }) => status)

describe('following a workspace', () => {
  test('takes its trial through its life, also where each event is handled twice', async () => {
    const workspaceId = newId('workspace')
    const story = [
      ['workspace.created', ['trialing']],
      ['workspace.renamed', ['trialing']],
      ['workspace.deleted', ['canceled']],
      ['workspace.restored', ['trialing']],
      ['workspace.purged', []],
    ] as const
    for (const [type, statuses] of story) {
      await follow(type, workspaceId)
      await follow(type, workspaceId)
      expect(await statusesOf(workspaceId)).toEqual(statuses)
    }
    expect((await billing.eventsOf(workspaceId)).map(({ type }) => type)).toEqual([
      'plan_subscription.trial_started',
      'plan_subscription.canceled',
      'plan_subscription.resumed',
    ])
  })

  test('begins one trial where two processes handle its creation at once', async () => {
    const workspaceId = newId('workspace')
    await Promise.all(
      [billing.app, billing.other].map((app) => follow('workspace.created', workspaceId, app)),
    )
    expect(await statusesOf(workspaceId)).toEqual(['trialing'])
    expect(await billing.eventsOf(workspaceId)).toHaveLength(1)
  })

  test('dates the trial by the event', async () => {
    const workspaceId = newId('workspace')
    const createdAt = new Date(billing.clock.now().getTime() - 3_600_000)
    await follow('workspace.created', workspaceId, billing.app, createdAt)
    const [row] = await billing.database.asAdmin<{ started_at: Date }>(
      'select started_at from billing.plan_subscriptions where tenant_id = $1',
      [workspaceId],
    )
    expect(row?.started_at).toEqual(createdAt)
  })

  test('asks for the events whose order it depends on, and no others', () => {
    expect([...followedTypes].sort()).toEqual([
      'workspace.created',
      'workspace.deleted',
      'workspace.purged',
      'workspace.restored',
    ])
  })
})
