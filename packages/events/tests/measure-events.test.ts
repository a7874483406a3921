import { expect, test } from '@jest/globals'
import { useTestDatabase } from '@logicspike/database/testing'
import { createLogger } from '@logicspike/telemetry'
import { eventsDatabase } from '../src/index.ts'
import {
  measureBacklog,
  measureLatency,
  measureThroughput,
  outboxDatabase,
} from '../src/testing/index.ts'
import { expectWholeLog } from './support/log-facts.ts'

/* That what the benchmarks measure takes place; how fast is theirs to say, on a quiet machine. */

const services = ['shop', 'desk']
const database = useTestDatabase({ services: [eventsDatabase, ...services.map(outboxDatabase)] })
const log = createLogger({ name: 'test', level: 'silent' })

test('every event that is measured gets to the log and, where that is measured, to the tail', async () => {
  const it = { database, services, log }
  expect((await measureBacklog(it, 5_000)).events).toBe(5_000)
  const load = { writers: 2, transactions: 5, perTransaction: 10 }
  expect((await measureThroughput(it, load)).events).toBe(200)
  const latency = await measureLatency(it, { perSecond: 100, seconds: 1 })
  expect(latency).toMatchObject({ events: 100, p99: expect.any(Number) })
  expect(Number.isFinite(latency.p99)).toBe(true)
  await expectWholeLog(database)
})
