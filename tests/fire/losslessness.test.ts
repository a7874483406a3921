import { expect, test } from '@jest/globals'
import { type FireReport, putUnderFire } from './under-fire.ts'

const nothing: FireReport['faults'] = {
  missing: [],
  doubled: [],
  phantoms: [],
  gaps: [],
  reordered: [],
  effects: [],
  streams: [],
}

test('nothing is lost, doubled or out of order while all between is killed: PostgreSQL alone', async () => {
  const seed = Number(process.env.FIRE_SEED ?? Date.now() % 1_000_000)
  const report = await putUnderFire({ seed, forMs: 12_000 })
  process.stdout.write(`FIRE_SEED=${seed} ${JSON.stringify({ ...report, faults: undefined })}\n`)
  expect(report.faults).toEqual(nothing)
  expect(report.committed).toBeGreaterThan(500)
  expect(report.rolledBack).toBeGreaterThan(20)
}, 240_000)
