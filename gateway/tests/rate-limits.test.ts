import { connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { useTestDatabase } from '@logicspike/database/testing'
import { newId } from '@logicspike/ids'
import { createLogger } from '@logicspike/telemetry'
import { gatewayDatabase } from '../src/gateway-database.ts'
import { createBudgetStore } from '../src/rate-limits/create-budget-store.ts'
import { createRateLimiter, type RateLimiter } from '../src/rate-limits/rate-limiter.ts'

const database = useTestDatabase({ services: [gatewayDatabase] })
const log = createLogger({ name: 'test', level: 'silent' })
const limits = { user: { units: 1_000, seconds: 60 }, workspace: { units: 5_000, seconds: 60 } }

let limiters: RateLimiter[] = []
afterEach(async () => {
  await Promise.all(limiters.map((it) => it.close()))
  limiters = []
})

/** What one gateway process has. */
function aGateway(databaseUrl = database.serviceUrl('gateway'), own = {}): RateLimiter {
  const limiter = createRateLimiter({
    store: createBudgetStore({ databaseUrl, log }),
    limits: { ...limits, ...own },
  })
  limiters.push(limiter)
  return limiter
}

const aUser = (workspaceId = newId('workspace')) => ({
  clientIp: '203.0.113.9',
  principal: { kind: 'user' as const, userId: newId('user'), clientId: 'console', workspaceId },
})

type Caller = ReturnType<typeof aUser>

async function allowed(limiter: RateLimiter, caller: Caller, times: number): Promise<number> {
  const charges = await Promise.all(
    Array.from({ length: times }, async () => limiter.charge(caller, 1)),
  )
  return charges.filter(({ isAllowed }) => isAllowed).length
}

describe('a budget counted in PostgreSQL', () => {
  test('is shared by two gateways that spend it in parallel', async () => {
    const caller = aUser()
    const [one, two] = await Promise.all([
      allowed(aGateway(), caller, 900),
      allowed(aGateway(), caller, 900),
    ])
    expect(one + two).toBeLessThanOrEqual(1_000)
    // Of each, at most a batch of ten is leased and not spent.
    expect(one + two).toBeGreaterThanOrEqual(980)
    expect(Math.min(one, two)).toBeGreaterThan(0)
  })

  test('outlives a gateway that is restarted in the middle of the window', async () => {
    const caller = aUser()
    const before = aGateway()
    expect(await allowed(before, caller, 600)).toBe(600)
    await before.close()
    limiters = []
    const after = aGateway()
    const more = await allowed(after, caller, 600)
    expect(more).toBeGreaterThanOrEqual(390)
    expect(more).toBeLessThanOrEqual(400)
    const { isAllowed, status } = await after.charge(caller, 1)
    expect(isAllowed).toBe(false)
    expect(status).toMatchObject({ name: 'user', units: 1_000, windowSeconds: 60 })
  })

  test('is full again in the next window', async () => {
    const limiter = aGateway(undefined, { user: { units: 5, seconds: 1 } })
    const caller = aUser()
    const { status } = await limiter.charge(caller, 5)
    const refused = await limiter.charge(caller, 1)
    expect(refused.isAllowed).toBe(false)
    // The library knows no other clock than the machine's.
    while (Date.now() <= status.resetAt.getTime()) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    expect(await limiter.charge(caller, 5)).toMatchObject({ isAllowed: true })
  })

  test('is written to once for many requests', async () => {
    const limiter = aGateway()
    const caller = aUser()
    await allowed(limiter, caller, 100)
    const [row] = await database.asAdmin<{ points: string }>(
      `select points from gateway.budgets where key like '%' || $1`,
      [caller.principal.userId],
    )
    expect(Number(row?.points)).toBeLessThanOrEqual(120)
    expect(Number(row?.points)).toBeGreaterThanOrEqual(100)
  })

  test('of a workspace is spent by all of its members together', async () => {
    const limiter = aGateway(undefined, { workspace: { units: 1_500, seconds: 60 } })
    const workspace = newId('workspace')
    const [one, two] = [aUser(workspace), aUser(workspace)]
    expect(await allowed(limiter, one, 1_000)).toBe(1_000)
    expect(await allowed(limiter, two, 1_000)).toBe(500)
    expect(await allowed(limiter, aUser(), 1)).toBe(1)
    // What the workspace refused was not taken from the member either.
    const { status } = await limiter.charge(
      { ...two, principal: { ...two.principal, workspaceId: newId('workspace') } },
      500,
    )
    expect(status.name).toBe('user')
    expect(status.left).toBe(0)
  })

  test('depends on the plan of the workspace where that is known', async () => {
    const limiter = createRateLimiter({
      store: createBudgetStore({ databaseUrl: database.serviceUrl('gateway'), log }),
      limits: { ...limits, workspaceByPlan: { trial: { units: 7, seconds: 60 } } },
      planOf: () => 'trial',
    })
    limiters.push(limiter)
    expect(await allowed(limiter, aUser(), 10)).toBe(7)
  })

  test('gets back what an operation did not cost', async () => {
    const limiter = aGateway()
    const caller = aUser()
    const charge = await limiter.charge(caller, 1_000)
    expect(charge.settle(10)).toMatchObject({ left: 990 })
    expect(charge.settle(0)).toMatchObject({ left: 990 })
    expect(await limiter.charge(caller, 990)).toMatchObject({ isAllowed: true })
    expect(await limiter.charge(caller, 1)).toMatchObject({ isAllowed: false })
  })

  test('refuses at once what no window will ever hold', async () => {
    expect(() => aGateway().charge(aUser(), 1_001)).toThrow(
      expect.objectContaining({ code: 'OPERATION_TOO_COSTLY' }),
    )
  })

  test('counts a network by its prefix, and strangers apart from those who are known', async () => {
    const limiter = aGateway(undefined, {
      network: { units: 3, seconds: 60 },
      anonymous: { units: 2, seconds: 60 },
    })
    const admitted = await Promise.all(
      ['203.0.113.1', '203.0.113.2', '203.0.113.3', '203.0.113.4'].map(async (ip) =>
        limiter.admit(ip),
      ),
    )
    expect(admitted.filter(({ isAllowed }) => isAllowed)).toHaveLength(3)
    expect(await limiter.admit('198.51.100.1')).toMatchObject({ isAllowed: true })
    const stranger = { principal: null, clientIp: '203.0.113.1' }
    expect(await limiter.charge(stranger, 3 - 1)).toMatchObject({ isAllowed: true })
    expect(await limiter.charge(stranger, 1)).toMatchObject({ isAllowed: false })
    expect(await limiter.charge(aUser(), 1)).toMatchObject({ isAllowed: true })
  })
})

describe('while PostgreSQL cannot be reached', () => {
  let line: Awaited<ReturnType<typeof aLine>>
  beforeEach(async () => {
    line = await aLine(new URL(database.serviceUrl('gateway')))
  })
  afterEach(() => line.close())

  test('each gateway counts in memory: nobody is refused for it, nobody is unlimited', async () => {
    const limiter = aGateway(line.url)
    const caller = aUser()
    expect(await allowed(limiter, caller, 5)).toBe(5)
    line.cut()
    const other = aUser()
    expect(await allowed(limiter, other, 1_500)).toBe(1_000)
    expect(await allowed(limiter, caller, 100)).toBe(100)
  })

  test('a gateway can be started', async () => {
    line.cut()
    expect(await allowed(aGateway(line.url), aUser(), 1_500)).toBe(1_000)
  })

  test('and afterwards they count together again', async () => {
    const limiter = aGateway(line.url)
    line.cut()
    await allowed(limiter, aUser(), 1)
    line.mend()
    const rowsOf = async () => {
      const caller = aUser()
      await limiter.charge(caller, 1)
      return database.asAdmin('select from gateway.budgets where key like $1', [
        `%${caller.principal.userId}`,
      ])
    }
    while ((await rowsOf()).length === 0) await new Promise((resolve) => setTimeout(resolve, 50))
  })
})

/** A way to the database that can be cut and mended. */
async function aLine(database: URL) {
  const sockets = new Set<Socket>()
  let isCut = false
  const server: Server = createServer((client) => {
    if (isCut) return client.destroy()
    const upstream = connect(Number(database.port), database.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    client.pipe(upstream).pipe(client)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const url = new URL(database)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as { port: number }).port)
  return {
    url: url.href,
    cut() {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    mend() {
      isCut = false
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
