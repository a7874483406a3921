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
  run: () => Promise<void>
  log: Logger
}): PeriodicJob {
  const { name, everyMs, run, log } = options
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null

  function runNow(): Promise<void> {
    running ??= run()
      .catch((error: unknown) =>
        log.error({ err: error, job: name }, 'a job failed; it runs again'),
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
