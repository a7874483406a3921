import { inTransaction } from '@logicspike/database'
import type { Result } from '@logicspike/errors'
import type { Logger } from '@logicspike/telemetry'
import type { ContextFactory, IdentityContext } from './context.ts'
import { purgeChallenges } from './modules/second-factors/purge-challenges.job.ts'
import { purgeSessions } from './modules/sessions/purge-sessions.job.ts'
import { rotateSigningKeys } from './modules/tokens/rotate-signing-keys.job.ts'
import type { Signer } from './modules/tokens/signer.ts'
import { createPeriodicJob, type PeriodicJob } from './periodic-job.ts'

const EVERY_MS = 10 * 60_000

/** What runs by itself. Every process runs all of it; each job is safe to run many times over. */
export function createJobs(deps: {
  contexts: ContextFactory
  signer: Signer
  log: Logger
}): PeriodicJob {
  const { contexts, signer, log } = deps

  /** A job of one transaction. */
  const job = <Value>(
    name: string,
    work: (tx: IdentityContext) => Promise<Result<Value, never>>,
  ): PeriodicJob =>
    createPeriodicJob({
      name,
      everyMs: EVERY_MS,
      log,
      run: async () => {
        await inTransaction(contexts.forJob(name), work)
      },
    })

  const jobs = [
    job('rotate-signing-keys', rotateSigningKeys),
    // Also learns of keys that another process has made.
    createPeriodicJob({ name: 'load-signing-keys', everyMs: EVERY_MS, log, run: signer.load }),
    job('purge-sessions', purgeSessions),
    job('purge-challenges', purgeChallenges),
  ]
  return {
    start: () => {
      for (const it of jobs) it.start()
    },
    stop: async () => {
      await Promise.all(jobs.map((it) => it.stop()))
    },
  }
}
