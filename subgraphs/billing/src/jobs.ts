import type { ContextFactory } from '@logicspike/subgraph-kit'
import { createPeriodicJob, type PeriodicJob } from '@logicspike/subgraph-server'
import type { Logger } from '@logicspike/telemetry'
import type { BillingServices } from './context.ts'
import { expireTrials } from './modules/plan-subscriptions/expire-trials.job.ts'

const MINUTE_MS = 60_000

/** What runs by itself. Every process runs it; it may run many times over, and at once. */
export const createJobs = (deps: {
  contexts: ContextFactory<BillingServices>
  log: Logger
}): PeriodicJob =>
  createPeriodicJob({
    name: 'expire-trials',
    everyMs: MINUTE_MS,
    log: deps.log,
    run: () => expireTrials(deps.contexts.forJob('expire-trials')),
  })
