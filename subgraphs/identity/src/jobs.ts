import { inTransaction } from '@logicspike/database'
import type { Logger } from '@logicspike/telemetry'
import type { ContextFactory } from './context.ts'
import { purgeChallenges } from './modules/second-factors/purge-challenges.job.ts'
import { purgeSessions } from './modules/sessions/purge-sessions.job.ts'
import { rotateSigningKeys } from './modules/tokens/rotate-signing-keys.job.ts'
import type { Signer } from './modules/tokens/signer.ts'
import { createPeriodicJob, type PeriodicJob } from './periodic-job.ts'

const MINUTE_MS = 60_000

/** What runs by itself. Every process runs all of it; each job is safe to run many times over. */
export function createJobs(deps: {
  contexts: ContextFactory
  signer: Signer
  log: Logger
}): PeriodicJob {
  const { contexts, signer, log } = deps
  const jobs = [
    createPeriodicJob({
      name: 'rotate-signing-keys',
      everyMs: 10 * MINUTE_MS,
      log,
      run: async () => {
        await inTransaction(contexts.forJob('rotate-signing-keys'), rotateSigningKeys)
        await signer.load()
      },
    }),
    createPeriodicJob({
      name: 'purge-sessions',
      everyMs: 10 * MINUTE_MS,
      log,
      run: async () => {
        await inTransaction(contexts.forJob('purge-sessions'), purgeSessions)
      },
    }),
    createPeriodicJob({
      name: 'purge-challenges',
      everyMs: 10 * MINUTE_MS,
      log,
      run: async () => {
        await inTransaction(contexts.forJob('purge-challenges'), purgeChallenges)
      },
    }),
  ]
  return {
    start: () => {
      for (const job of jobs) job.start()
    },
    stop: async () => {
      await Promise.all(jobs.map((job) => job.stop()))
    },
  }
}
