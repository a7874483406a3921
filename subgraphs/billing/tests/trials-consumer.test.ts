import { describe, expect, test } from '@jest/globals'
import { publishEvent } from '@logicspike/events'
import { newId } from '@logicspike/ids'
import { useBilling } from './support/billing-test-app.ts'

const billing = useBilling()

/** Tenancy tells of a new workspace. */
async function created(workspaceId = newId('workspace')) {
  const ctx = {
    em: billing.database.forkFor('tenancy', { tenantId: workspaceId }),
    ids: newId,
    clock: billing.clock,
    actor: null,
    requestId: 'req-of-tenancy',
  }
  const data = { workspaceId, name: 'New', slug: 'new', ownerId: newId('user') }
  await publishEvent(ctx, { type: 'workspace.created', workspaceId, subject: workspaceId, data })
  return workspaceId
}

const trialsOf = (workspaceIds: readonly string[]) =>
  billing.database.asAdmin<{ workspace: string; trials: number; told: number }>(
    `select tenant_id as workspace, count(*)::int as trials,
       (select count(*)::int from billing.outbox o
        where o.tenant_id = s.tenant_id and o.type = 'plan_subscription.trial_started') as told
     from billing.plan_subscriptions s where tenant_id = any ($1) group by 1 order by 1`,
    [workspaceIds],
  )

const oneEach = (workspaceIds: readonly string[]) =>
  workspaceIds.toSorted().map((workspace) => ({ workspace, trials: 1, told: 1 }))

describe('billing follows the log', () => {
  test('a workspace gets its trial, and what billing tells of it names its cause', async () => {
    const workspaceId = await created()
    await billing.settle()
    expect(await trialsOf([workspaceId])).toEqual(oneEach([workspaceId]))
    const [told] = await billing.database.asAdmin<object>(
      `select o.correlation_id, o.causation_id = l.id as "namesCause"
       from billing.outbox o join events.event_log l on l.tenant_id = o.tenant_id
       where o.tenant_id = $1 and o.type = 'plan_subscription.trial_started'`,
      [workspaceId],
    )
    expect(told).toEqual({ correlation_id: 'req-of-tenancy', namesCause: true })
  })

  test('how far it is behind is told at /metrics', async () => {
    await billing.settle()
    const { body, headers } = await billing.app.server.http.inject('/metrics')
    expect(headers['content-type']).toContain('text/plain')
    expect(body).toContain('logicspike_consumer_lag_events{consumer="billing.trials"} 0')
  })

  test('one trial, where the event comes twice and two processes follow', async () => {
    const workspaceIds = await Promise.all(Array.from({ length: 10 }, () => created()))
    await Promise.all(workspaceIds.map((id) => created(id)))
    await billing.settle()
    expect(await trialsOf(workspaceIds)).toEqual(oneEach(workspaceIds))
  })

  test('one trial, where every connection is killed again and again meanwhile', async () => {
    const workspaceIds = await Promise.all(Array.from({ length: 30 }, () => created()))
    const settled = billing.settle().catch(() => 'interrupted')
    for (let killed = 0; killed < 10; killed += 1) {
      await billing.database.asAdmin(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where usename = 'billing_service' and datname = current_database()`,
      )
    }
    await settled
    await billing.settle()
    expect(await trialsOf(workspaceIds)).toEqual(oneEach(workspaceIds))
    expect(await billing.app.consumers[0]?.status()).toMatchObject({ lag: 0, parked: 0 })
  })
})
