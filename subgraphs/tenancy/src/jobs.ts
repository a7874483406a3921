import { createPeriodicJob, joinJobs, type PeriodicJob } from '@logicspike/subgraph-server'
import type { Logger } from '@logicspike/telemetry'
import type { ContextFactory } from './context.ts'
import { forgetOldBumps } from './modules/epochs/forget-old-bumps.job.ts'
import { forgetOldTallies } from './modules/invitations/forget-old-tallies.job.ts'
import { purgeDeletedWorkspaces } from './modules/workspaces/purge-deleted-workspaces.job.ts'

const MINUTE_MS = 60_000

/** What runs by itself. Every process runs all of it; each job may run many times over, and at once. */
export function createJobs(deps: { contexts: ContextFactory; log: Logger }): PeriodicJob {
  const { contexts, log } = deps
  const jobs = [
    createPeriodicJob({
      name: 'purge-deleted-workspaces',
      everyMs: 10 * MINUTE_MS,
      log,
      run: () => purgeDeletedWorkspaces(contexts.forJob('purge-deleted-workspaces')),
    }),
    createPeriodicJob({
      name: 'forget-old-bumps',
      everyMs: 10 * MINUTE_MS,
      log,
      run: () => forgetOldBumps(contexts.forJob('forget-old-bumps')),
    }),
    createPeriodicJob({
      name: 'forget-old-tallies',
      everyMs: 10 * MINUTE_MS,
      log,
      run: () => forgetOldTallies(contexts.forJob('forget-old-tallies')),
    }),
  ]
  return joinJobs(jobs)
}
