import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import { createLogger } from '@logicspike/telemetry'
import { createBudgetStore } from '../src/rate-limits/create-budget-store.ts'
import { createRateLimiter, type RateLimiter } from '../src/rate-limits/rate-limiter.ts'

const log = createLogger({ name: 'test', level: 'silent' })
let folder: string
let port: number
let server: ChildProcess

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'redis-'))
  port = await freePort()
  server = await startRedis()
})
afterAll(async () => {
  await stopRedis()
  await rm(folder, { recursive: true, force: true })
})

let limiters: RateLimiter[] = []
afterEach(async () => {
  await Promise.all(limiters.map((it) => it.close()))
  limiters = []
})

function aGateway(): RateLimiter {
  const limiter = createRateLimiter({
    store: createBudgetStore({ redisUrl: `redis://127.0.0.1:${port}`, log }),
    limits: { user: { units: 1_000, seconds: 60 } },
  })
  limiters.push(limiter)
  return limiter
}

const aUser = () => ({
  clientIp: '203.0.113.9',
  principal: {
    kind: 'user' as const,
    userId: newId('user'),
    clientId: 'console',
    workspaceId: null,
  },
})

async function allowed(limiter: RateLimiter, caller: ReturnType<typeof aUser>, times: number) {
  const charges = await Promise.all(
    Array.from({ length: times }, async () => limiter.charge(caller, 1)),
  )
  return charges.filter(({ isAllowed }) => isAllowed).length
}

test('two gateways share a budget in Redis', async () => {
  const caller = aUser()
  const [one, two] = await Promise.all([
    allowed(aGateway(), caller, 900),
    allowed(aGateway(), caller, 900),
  ])
  expect(one + two).toBeLessThanOrEqual(1_000)
  expect(one + two).toBeGreaterThanOrEqual(980)
})

test('a budget in Redis outlives the gateway, and Redis itself', async () => {
  const caller = aUser()
  expect(await allowed(aGateway(), caller, 600)).toBe(600)
  await stopRedis()
  server = await startRedis()
  const more = await allowed(aGateway(), caller, 600)
  expect(more).toBeGreaterThanOrEqual(390)
  expect(more).toBeLessThanOrEqual(400)
})

test('without Redis a gateway counts in memory', async () => {
  const limiter = aGateway()
  const caller = aUser()
  expect(await allowed(limiter, caller, 5)).toBe(5)
  await stopRedis()
  expect(await allowed(limiter, aUser(), 1_500)).toBe(1_000)
  expect(await allowed(aGateway(), aUser(), 1_500)).toBe(1_000)
  server = await startRedis()
})

/** Writes every change to disk before it is answered, so that a restart forgets none. */
async function startRedis(): Promise<ChildProcess> {
  const child = spawn(
    'redis-server',
    ['--port', String(port), '--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  await new Promise<void>((ready) => {
    child.stdout.on('data', (chunk) => {
      if (String(chunk).includes('Ready to accept connections')) ready()
    })
  })
  return child
}

async function stopRedis(): Promise<void> {
  const ended = once(server, 'exit')
  server.kill('SIGTERM')
  await ended
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port: free } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return free
}
