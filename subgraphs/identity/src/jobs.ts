import { inTransaction } from '@logicspike/database'
import type { Result } from '@logicspike/errors'
import { createPeriodicJob, joinJobs, type PeriodicJob } from '@logicspike/subgraph-server'
import type { Logger } from '@logicspike/telemetry'
import type { ContextFactory, IdentityContext } from './context.ts'
import { purgeEmailTokens } from './modules/credentials/purge-email-tokens.job.ts'
import { purgeGoogleTrips } from './modules/google/purge-google-trips.job.ts'
import { purgeRateLimits } from './modules/rate-limits/purge-rate-limits.job.ts'
import { purgeChallenges } from './modules/second-factors/purge-challenges.job.ts'
import { purgeSessions } from './modules/sessions/purge-sessions.job.ts'
import { rotateSigningKeys } from './modules/tokens/rotate-signing-keys.job.ts'
import type { Signer } from './modules/tokens/signer.ts'
import { resumeClosingAccounts } from './modules/users/resume-closing-accounts.job.ts'

const MINUTE_MS = 60_000
const EVERY_MS = 10 * MINUTE_MS

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
    job('purge-email-tokens', purgeEmailTokens),
    job('purge-google-trips', purgeGoogleTrips),
    job('purge-rate-limits', purgeRateLimits),
    createPeriodicJob({
      name: 'resume-closing-accounts',
      everyMs: MINUTE_MS,
      log,
      run: () => resumeClosingAccounts(contexts.forJob('resume-closing-accounts')),
    }),
  ]
  return joinJobs(jobs)
}
