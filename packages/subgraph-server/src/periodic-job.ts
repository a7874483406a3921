import type { Logger } from '@logicspike/telemetry'

export type PeriodicJob = {
  start(): void
  /** Runs it now, or waits for a run under way. Resolves when it has ended, well or not. */
  runNow(): Promise<void>
  /** Resolves when a run under way has ended; none begins after. */
  stop(): Promise<void>
}

/** Runs `run` every `everyMs` milliseconds, never twice at a time. Failures are logged, not fatal. */
export function createPeriodicJob(options: {
  name: string
  everyMs: number
  run: () => Promise<unknown>
  log: Logger
}): PeriodicJob {
  const { name, everyMs, run, log } = options
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null

  function runNow(): Promise<void> {
    running ??= run()
      .then(
        () => undefined,
        (error: unknown) => log.error({ err: error, job: name }, 'a job failed; it runs again'),
      )
      .finally(() => {
        running = null
      })
    return running
  }

  return {
    start() {
      timer ??= setInterval(() => void runNow(), everyMs)
      timer.unref()
    },
    runNow,
    async stop() {
      clearInterval(timer)
      timer = undefined
      await running
    },
  }
}

/** Several jobs as one: begun together, run one after the other, ended together. */
export function joinJobs(jobs: readonly PeriodicJob[]): PeriodicJob {
  return {
    start() {
      for (const job of jobs) job.start()
    },
    async runNow() {
      for (const job of jobs) await job.runNow()
    },
    async stop() {
      await Promise.all(jobs.map((job) => job.stop()))
    },
  }
}
