import type { Logger } from '@logicspike/telemetry'

export type PeriodicJob = {
  start(): void
  /** Resolves when a run under way has ended; none begins after. */
  stop(): Promise<void>
}

/** Runs `run` every `everyMs` milliseconds, never twice at a time. Failures are logged, not fatal. */
export function createPeriodicJob(options: {
  readonly name: string
  readonly everyMs: number
  readonly run: () => Promise<unknown>
  readonly log: Logger
}): PeriodicJob {
  const { name, everyMs, run, log } = options
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null

  async function runOnce(): Promise<void> {
    try {
      await run()
    } catch (error) {
      log.error({ err: error, job: name }, 'a job failed; it will run again')
    } finally {
      running = null
    }
  }

  return {
    start() {
      timer ??= setInterval(() => {
        running ??= runOnce()
      }, everyMs)
      timer.unref()
    },
    async stop() {
      clearInterval(timer)
      timer = undefined
      await running
    },
  }
}
