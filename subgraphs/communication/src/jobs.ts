import type { ContextFactory } from '@logicspike/subgraph-kit'
import { createPeriodicJob, joinJobs, type PeriodicJob } from '@logicspike/subgraph-server'
import type { Logger } from '@logicspike/telemetry'
import type { CommunicationServices } from './context.ts'
import type { ChannelSender } from './modules/deliveries/channel.ts'
import { dispatchDue } from './modules/deliveries/dispatch.job.ts'
import { sweepOldNotifications } from './modules/retention/sweep-old-notifications.job.ts'

/** How often it is looked for what is due: within this a mail leaves after its event. */
const LOOK_MS = 500

/** How often it is looked for places that are to be swept. */
const SWEEP_MS = 10 * 60_000

/** What runs by itself. Every process runs it; it may run many times over, and at once. */
export const createJobs = (deps: {
  contexts: ContextFactory<CommunicationServices>
  senders: readonly ChannelSender[]
  log: Logger
}): PeriodicJob =>
  joinJobs([
    createPeriodicJob({
      name: 'dispatch',
      everyMs: LOOK_MS,
      log: deps.log,
      run: () => dispatchDue(deps.contexts.forJob('dispatch'), deps.senders),
    }),
    createPeriodicJob({
      name: 'sweep-old-notifications',
      everyMs: SWEEP_MS,
      log: deps.log,
      run: () => sweepOldNotifications(deps.contexts.forJob('sweep-old-notifications')),
    }),
  ])
