import { expect, test } from '@jest/globals'
import { startNats } from '@logicspike/events/testing'
import { putUnderFire } from './under-fire.ts'

test('nothing is lost, doubled or out of order while all between is killed: with NATS', async () => {
  const seed = Number(process.env.FIRE_SEED ?? Date.now() % 1_000_000)
  const nats = await startNats()
  const victim = {
    name: 'broker',
    killAndRestart: () => nats.restart(),
    stop: async () => undefined,
  }
  const broker = { url: nats.url, victim }
  const report = await putUnderFire({ seed, forMs: 20_000, broker }).finally(nats.stop)
  process.stdout.write(`FIRE_SEED=${seed} ${JSON.stringify({ ...report, faults: undefined })}\n`)
  for (const list of Object.values(report.faults)) expect(list).toEqual([])
  expect(report.kills.broker).toBeGreaterThan(0)
  expect(report.committed).toBeGreaterThan(500)
}, 240_000)
