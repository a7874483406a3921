import { inTransaction } from '@logicspike/database'
import { ok } from '@logicspike/errors'
import { inWorkspace } from '@logicspike/subgraph-kit'
import type { BillingContext } from '../../context.ts'
import { expireTrial } from './end-trial.ts'
import { ScheduledTrialEnd } from './scheduled-trial-end.entity.ts'

/** Trials of one run; the next run takes the next ones. */
const BATCH = 200

/**
 * Ends the trials whose time is over, each in a transaction of its own and with the rights inside
 * that workspace only.
 * @returns how many ended
 */
export async function expireTrials(ctx: BillingContext): Promise<number> {
  const due = await ctx.em.find(
    ScheduledTrialEnd,
    { endsAt: { $lte: ctx.clock.now() } },
    { orderBy: { endsAt: 'asc' }, limit: BATCH },
  )
  let expired = 0
  for (const { workspaceId } of due) {
    const result = await inTransaction(inWorkspace(ctx, workspaceId), async (tx) =>
      ok(await expireTrial(tx)),
    )
    if (result.ok && result.value) expired += 1
  }
  return expired
}
