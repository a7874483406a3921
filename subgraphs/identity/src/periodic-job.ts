import type { Logger } from '@logicspike/telemetry'

export type PeriodicJob = {
  start(): void
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

  function runOnce(): void {
    running ??= run()
      .catch((error: unknown) =>
        log.error({ err: error, job: name }, 'a job failed; it runs again'),
      )
      .finally(() => {
        running = null
      })
  }

  return {
    start() {
      timer ??= setInterval(runOnce, everyMs)
      timer.unref()
    },
    async stop() {
      clearInterval(timer)
      timer = undefined
      await running
    },
  }
}
