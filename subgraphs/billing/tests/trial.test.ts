import { describe, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { cancelTrial, expireTrial } from '../src/modules/plan-subscriptions/end-trial.ts'
import { eraseWorkspace } from '../src/modules/plan-subscriptions/erase-workspace.ts'
import { expireTrials } from '../src/modules/plan-subscriptions/expire-trials.job.ts'
import { resumeTrial } from '../src/modules/plan-subscriptions/resume-trial.ts'
import { startTrial } from '../src/modules/plan-subscriptions/start-trial.ts'
import { useBilling } from './support/billing-test-app.ts'

const billing = useBilling()
const DAY_SECONDS = 86_400

async function aTrial() {
  const workspaceId = newId('workspace')
  const startedAt = billing.clock.now()
  const { id } = await billing.within(workspaceId, (tx) => startTrial(tx, { startedAt }))
  return { workspaceId, id, startedAt }
}
type Row = { id: string; status: string; ended_at: Date | null }
const rowsOf = (workspaceId: string) =>
  billing.database.asAdmin<Row>(
    'select id, status, ended_at from billing.plan_subscriptions where tenant_id = $1',
    [workspaceId],
  )
const scheduledOf = (workspaceId: string) =>
  billing.database.asAdmin(
    'select ends_at from billing.scheduled_trial_ends where workspace_id = $1',
    [workspaceId],
  )
const typesOf = async (workspaceId: string) =>
  (await billing.eventsOf(workspaceId)).map(({ type }) => type)
const runJob = (app = billing.app) => expireTrials(app.contexts.forJob('expire-trials'))

describe('a trial', () => {
  test('begins with the workspace, and says so once', async () => {
    const { workspaceId, id, startedAt } = await aTrial()
    const trialEndsAt = new Date(startedAt.getTime() + 14 * DAY_SECONDS * 1000).toISOString()
    expect(await rowsOf(workspaceId)).toEqual([{ id, status: 'trialing', ended_at: null }])
    expect(await billing.eventsOf(workspaceId)).toEqual([
      {
        type: 'plan_subscription.trial_started',
        data: { workspaceId, planSubscriptionId: id, plan: 'team', trialEndsAt },
      },
    ])
  })

  test('begins once, however many processes are told of the workspace at once', async () => {
    const workspaceId = newId('workspace')
    const startedAt = billing.clock.now()
    const started = await Promise.all(
      [billing.app, billing.other, billing.app, billing.other].map((app) =>
        billing.within(workspaceId, (tx) => startTrial(tx, { startedAt }), app),
      ),
    )
    expect(new Set(started.map(({ id }) => id)).size).toBe(1)
    expect(await rowsOf(workspaceId)).toHaveLength(1)
    expect(await typesOf(workspaceId)).toEqual(['plan_subscription.trial_started'])
  })

  test('the database keeps a second subscription of a workspace out by itself', async () => {
    const { workspaceId } = await aTrial()
    const second = billing.database.asAdmin(
      `insert into billing.plan_subscriptions
         (id, tenant_id, plan_id, status, started_at, trial_ends_at, updated_at)
       values ($1, $2, 'pln', 'trialing', now(), now(), now())`,
      [newId('planSubscription'), workspaceId],
    )
    await expect(second).rejects.toThrow('plan_subscriptions_workspace_unique')
  })

  test('of a workspace that is told of late is no longer for that', async () => {
    const workspaceId = newId('workspace')
    const startedAt = new Date(billing.clock.now().getTime() - 15 * DAY_SECONDS * 1000)
    await billing.within(workspaceId, (tx) => startTrial(tx, { startedAt }))
    await runJob()
    expect(await rowsOf(workspaceId)).toMatchObject([{ status: 'expired' }])
  })

  test('is announced to auditors as well', async () => {
    const { id } = await aTrial()
    const rows = await billing.database.asAdmin(
      `select data->>'action' as action from billing.outbox where class = 'audit' and subject = $1`,
      [id],
    )
    expect(rows).toEqual([{ action: 'plan_subscription.trial_started' }])
  })
})

describe('the end of a trial', () => {
  test('comes when its time is over and not before', async () => {
    const { workspaceId } = await aTrial()
    billing.clock.advance(14 * DAY_SECONDS - 1)
    await runJob()
    expect(await rowsOf(workspaceId)).toMatchObject([{ status: 'trialing' }])
    billing.clock.advance(1)
    expect(await runJob()).toBeGreaterThan(0)
    expect(await rowsOf(workspaceId)).toMatchObject([
      { status: 'expired', ended_at: billing.clock.now() },
    ])
    expect(await scheduledOf(workspaceId)).toEqual([])
    expect(await typesOf(workspaceId)).toEqual([
      'plan_subscription.trial_started',
      'plan_subscription.trial_expired',
    ])
  })

  test('is told once, however many processes run the job', async () => {
    const { workspaceId } = await aTrial()
    billing.clock.advance(15 * DAY_SECONDS)
    await Promise.all([billing.app, billing.other, billing.app].map(runJob))
    expect(await typesOf(workspaceId)).toEqual([
      'plan_subscription.trial_started',
      'plan_subscription.trial_expired',
    ])
  })

  test('is final: being told of the workspace again begins nothing', async () => {
    const { workspaceId, startedAt } = await aTrial()
    billing.clock.advance(15 * DAY_SECONDS)
    await runJob()
    await billing.within(workspaceId, (tx) => startTrial(tx, { startedAt }))
    await billing.within(workspaceId, resumeTrial)
    expect(await rowsOf(workspaceId)).toMatchObject([{ status: 'expired' }])
  })

  test('does not come where there is no trial', async () => {
    expect(await billing.within(newId('workspace'), expireTrial)).toBe(false)
  })
})

describe('with its workspace a trial', () => {
  test('is canceled when that is deleted, and goes on when it is restored', async () => {
    const { workspaceId } = await aTrial()
    await billing.within(workspaceId, cancelTrial)
    await billing.within(workspaceId, cancelTrial)
    expect(await rowsOf(workspaceId)).toMatchObject([
      { status: 'canceled', ended_at: billing.clock.now() },
    ])
    expect(await scheduledOf(workspaceId)).toEqual([])
    await billing.within(workspaceId, resumeTrial)
    await billing.within(workspaceId, resumeTrial)
    expect(await rowsOf(workspaceId)).toMatchObject([{ status: 'trialing', ended_at: null }])
    expect(await scheduledOf(workspaceId)).toHaveLength(1)
    expect(await typesOf(workspaceId)).toEqual([
      'plan_subscription.trial_started',
      'plan_subscription.canceled',
      'plan_subscription.resumed',
    ])
  })

  test('is no longer for having been deleted in between', async () => {
    const { workspaceId } = await aTrial()
    await billing.within(workspaceId, cancelTrial)
    billing.clock.advance(20 * DAY_SECONDS)
    await billing.within(workspaceId, resumeTrial)
    await runJob()
    expect(await rowsOf(workspaceId)).toMatchObject([{ status: 'expired' }])
  })

  test('is erased, and the trials of others are not', async () => {
    const [own, foreign] = [await aTrial(), await aTrial()]
    await billing.within(own.workspaceId, eraseWorkspace)
    expect(await rowsOf(own.workspaceId)).toEqual([])
    expect(await scheduledOf(own.workspaceId)).toEqual([])
    expect(await rowsOf(foreign.workspaceId)).toHaveLength(1)
    expect(await scheduledOf(foreign.workspaceId)).toHaveLength(1)
  })

  test('never begun ends in no way', async () => {
    const workspaceId = newId('workspace')
    for (const act of [cancelTrial, resumeTrial, eraseWorkspace]) {
      await billing.within(workspaceId, act)
    }
    expect(await billing.eventsOf(workspaceId)).toEqual([])
  })
})
