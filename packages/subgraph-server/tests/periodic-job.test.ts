import { describe, expect, test } from '@jest/globals'
import { createLogger } from '@logicspike/telemetry'
import { createPeriodicJob, joinJobs } from '../src/index.ts'

const log = createLogger({ name: 'test', level: 'silent' })

function aJob(run: () => Promise<unknown>) {
  return createPeriodicJob({ name: 'test', everyMs: 60_000, run, log })
}

describe('a periodic job', () => {
  test('never runs twice at a time', async () => {
    let [running, most, runs] = [0, 0, 0]
    const job = aJob(async () => {
      runs += 1
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
    })
    await Promise.all([job.runNow(), job.runNow(), job.runNow()])
    expect([most, runs]).toEqual([1, 1])
  })

  test('runs again after a failure', async () => {
    let runs = 0
    const job = aJob(async () => {
      runs += 1
      throw new Error('no luck')
    })
    await job.runNow()
    await job.runNow()
    expect(runs).toBe(2)
  })

  test('is waited for when it is stopped in the middle of a run', async () => {
    let finish: () => void = () => undefined
    let finished = false
    const job = aJob(async () => {
      await new Promise<void>((resolve) => {
        finish = resolve
      })
      finished = true
    })
    const run = job.runNow()
    const stopped = joinJobs([job]).stop()
    finish()
    await stopped
    expect(finished).toBe(true)
    await run
  })
})
