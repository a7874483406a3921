import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { isId, newId } from '@logicspike/ids'
import { memoryLog } from '../tests/support/memory-log.ts'
import {
  createEpochRegistry,
  type EpochBump,
  type EpochClaims,
  memberSubject,
  sessionSubject,
} from './epochs.ts'
import { movableClock } from './testing/movable-clock.ts'

const user = newId('user')
const session = newId('session')
const workspace = newId('workspace')

const tokenWith = (ep: { s: number; m?: number }): EpochClaims => ({
  sub: user,
  sid: session,
  ...(ep.m === undefined ? {} : { tid: workspace }),
  ep,
})

/** A source as a database table would be: bumps are found by date once they are committed. */
function aSource(name: string, clock: { now(): Date }) {
  const committed: EpochBump[] = []
  const asked: Date[] = []
  const state: { down: boolean; hangs: boolean } = { down: false, hangs: false }
  return {
    name,
    asked,
    state,
    bump(subject: string, epoch: number, bumpedAt = clock.now()) {
      committed.push({ subject, epoch, bumpedAt: bumpedAt.toISOString() })
    },
    async recentBumps(since: Date): Promise<EpochBump[]> {
      asked.push(since)
      if (state.hangs) return new Promise(() => undefined)
      if (state.down) throw new Error(`${name} is down`)
      return committed.filter(({ bumpedAt }) => new Date(bumpedAt) >= since)
    },
  }
}

function aRegistry(options: { ttlSeconds?: number; sourceTimeoutMs?: number } = {}) {
  const clock = movableClock()
  const log = memoryLog()
  const identity = aSource('identity', clock)
  const tenancy = aSource('tenancy', clock)
  const registry = createEpochRegistry({ sources: [identity, tenancy], clock, log, ...options })
  return { clock, log, identity, tenancy, registry }
}

const secondsAgo = (clock: { now(): Date }, seconds: number) =>
  new Date(clock.now().getTime() - seconds * 1000)

describe('the epoch registry', () => {
  test('tells listeners of bumps that are news, once, and of none after they stopped', () => {
    const { registry } = aRegistry()
    const heard: EpochBump[] = []
    const stop = registry.onBump((bump) => heard.push(bump))
    const bump = { subject: sessionSubject(session), epoch: 2, bumpedAt: '2026-01-01T00:00:00Z' }
    registry.note(bump)
    registry.note(bump)
    registry.note({ ...bump, epoch: 1 })
    expect(heard).toEqual([bump])
    stop()
    registry.note({ ...bump, epoch: 3 })
    expect(heard).toHaveLength(1)
  })

  test('refuses a token of a lower epoch and no other', async () => {
    const { identity, tenancy, registry } = aRegistry()
    identity.bump(sessionSubject(session), 3)
    tenancy.bump(memberSubject(workspace, user), 7)
    await registry.load()
    expect(registry.isRevoked(tokenWith({ s: 2, m: 7 }))).toBe(true)
    expect(registry.isRevoked(tokenWith({ s: 3, m: 6 }))).toBe(true)
    expect(registry.isRevoked(tokenWith({ s: 3, m: 7 }))).toBe(false)
    expect(registry.isRevoked(tokenWith({ s: 4, m: 8 }))).toBe(false)
  })

  test('a bump of one workspace leaves the same person in another alone', async () => {
    const { tenancy, registry } = aRegistry()
    tenancy.bump(memberSubject(newId('workspace'), user), 7)
    await registry.load()
    expect(registry.isRevoked(tokenWith({ s: 0, m: 0 }))).toBe(false)
  })

  test('a neutral token is bound to its session only', async () => {
    const { identity, tenancy, registry } = aRegistry()
    tenancy.bump(memberSubject(workspace, user), 7)
    await registry.load()
    expect(registry.isRevoked(tokenWith({ s: 0 }))).toBe(false)
    identity.bump(sessionSubject(session), 1)
    await registry.poll()
    expect(registry.isRevoked(tokenWith({ s: 0 }))).toBe(true)
  })

  test('a client token has no epochs to be behind of', async () => {
    const { registry } = aRegistry()
    await registry.load()
    expect(registry.isRevoked({ sub: 'job', ep: {} })).toBe(false)
  })

  test('an older bump that arrives late does not lower the minimum', async () => {
    const { registry } = aRegistry()
    await registry.load()
    registry.note({ subject: sessionSubject(session), epoch: 5, bumpedAt: '2030-01-01T12:00:00Z' })
    registry.note({ subject: sessionSubject(session), epoch: 4, bumpedAt: '2030-01-01T12:00:01Z' })
    expect(registry.isRevoked(tokenWith({ s: 4 }))).toBe(true)
    expect(registry.size).toBe(1)
  })

  test('access that is given back does not revive the token that was minted before', async () => {
    const { tenancy, registry } = aRegistry()
    const before = tokenWith({ s: 0, m: 1 })
    await registry.load()
    tenancy.bump(memberSubject(workspace, user), 2)
    await registry.poll()
    tenancy.bump(memberSubject(workspace, user), 3)
    await registry.poll()
    expect(registry.isRevoked(before)).toBe(true)
    expect(registry.isRevoked(tokenWith({ s: 0, m: 3 }))).toBe(false)
  })

  test('a bump takes effect at once when it is pushed', async () => {
    const { registry } = aRegistry()
    await registry.load()
    registry.note({ subject: sessionSubject(session), epoch: 1, bumpedAt: '2030-01-01T12:00:00Z' })
    expect(registry.isRevoked(tokenWith({ s: 0 }))).toBe(true)
  })

  test('an epoch that is no integer is refused and does not displace a good one', async () => {
    const { registry } = aRegistry()
    await registry.load()
    const bump = { subject: sessionSubject(session), bumpedAt: '2030-01-01T12:00:00Z' }
    registry.note({ ...bump, epoch: 2 })
    expect(() => registry.note({ ...bump, epoch: Number.NaN })).toThrow(TypeError)
    expect(registry.isRevoked(tokenWith({ s: 1 }))).toBe(true)
  })
})

describe('before the registry is loaded', () => {
  test('every token counts as revoked', () => {
    const { registry } = aRegistry()
    expect(registry.ready).toBe(false)
    expect(registry.lastPolledAt).toBeNull()
    expect(registry.isRevoked(tokenWith({ s: 99, m: 99 }))).toBe(true)
    expect(registry.isRevoked({ sub: 'job', ep: {} })).toBe(true)
  })

  test('a restarted verifier learns what was revoked while it was away', async () => {
    const { clock, identity, registry } = aRegistry()
    identity.bump(sessionSubject(session), 1, secondsAgo(clock, 329))
    await registry.load()
    expect(registry.ready).toBe(true)
    expect(registry.isRevoked(tokenWith({ s: 0 }))).toBe(true)
  })

  test('loading asks for one lifetime of a token and a margin', async () => {
    const { clock, identity, registry } = aRegistry()
    await registry.load()
    expect(identity.asked).toEqual([secondsAgo(clock, 330 + 90)])
  })

  test('loading fails while a source is down, and says which', async () => {
    const { tenancy, registry } = aRegistry()
    tenancy.state.down = true
    await expect(registry.load()).rejects.toThrow('No epochs from tenancy.')
    expect(registry.ready).toBe(false)
  })

  test('loading succeeds when it is tried again after the source came back', async () => {
    const { tenancy, registry } = aRegistry()
    tenancy.state.down = true
    await registry.load().catch(() => undefined)
    tenancy.state.down = false
    await registry.load()
    expect(registry.isRevoked(tokenWith({ s: 0, m: 0 }))).toBe(false)
  })

  test('a poll completes what loading could not', async () => {
    const { tenancy, registry, clock } = aRegistry()
    tenancy.state.down = true
    await registry.load().catch(() => undefined)
    tenancy.bump(memberSubject(workspace, user), 1, secondsAgo(clock, 300))
    tenancy.state.down = false
    await registry.poll()
    expect(registry.ready).toBe(true)
    expect(registry.isRevoked(tokenWith({ s: 0, m: 0 }))).toBe(true)
  })
})

describe('S10: while a source is down', () => {
  test('what is known stays, the others go on, and the log says so', async () => {
    const { identity, tenancy, registry, log } = aRegistry()
    tenancy.bump(memberSubject(workspace, user), 1)
    await registry.load()
    tenancy.state.down = true
    identity.bump(sessionSubject(session), 1)
    await registry.poll()
    expect(registry.isRevoked(tokenWith({ s: 1, m: 0 }))).toBe(true)
    expect(registry.isRevoked(tokenWith({ s: 0, m: 1 }))).toBe(true)
    expect(registry.isRevoked(tokenWith({ s: 1, m: 1 }))).toBe(false)
    expect(log.lines).toMatchObject([{ fields: { source: 'tenancy' } }])
  })

  test('everything it missed is asked for when it is back', async () => {
    const { clock, tenancy, registry } = aRegistry()
    await registry.load()
    tenancy.state.down = true
    clock.advance(10)
    tenancy.bump(memberSubject(workspace, user), 1)
    for (let minute = 0; minute < 5; minute++) {
      clock.advance(60)
      await registry.poll()
    }
    tenancy.state.down = false
    await registry.poll()
    expect(registry.isRevoked(tokenWith({ s: 0, m: 0 }))).toBe(true)
  })

  test('lastPolledAt stands still, so that a probe can tell', async () => {
    const { clock, tenancy, registry } = aRegistry()
    await registry.load()
    const loadedAt = clock.now()
    tenancy.state.down = true
    clock.advance(100)
    await registry.poll()
    expect(registry.lastPolledAt).toEqual(loadedAt)
  })

  test('one that hangs is given up for the round and asked again in the next', async () => {
    const { identity, tenancy, registry, log } = aRegistry({ sourceTimeoutMs: 5 })
    await registry.load()
    tenancy.state.hangs = true
    identity.bump(sessionSubject(session), 1)
    await registry.poll()
    expect(registry.isRevoked(tokenWith({ s: 0 }))).toBe(true)
    expect(log.lines).toMatchObject([{ fields: { source: 'tenancy' } }])
    tenancy.state.hangs = false
    await registry.poll()
    expect(tenancy.asked).toHaveLength(3)
    expect(log.lines).toHaveLength(1)
  })
})

describe('polling', () => {
  test('reaches back a minute before the last answer, so that late commits are not missed', async () => {
    const { clock, identity, registry } = aRegistry()
    await registry.load()
    const dated = clock.now()
    clock.advance(30)
    await registry.poll()
    identity.bump(sessionSubject(session), 1, dated)
    clock.advance(1)
    await registry.poll()
    expect(identity.asked.at(-1)).toEqual(secondsAgo(clock, 61))
    expect(registry.isRevoked(tokenWith({ s: 0 }))).toBe(true)
  })

  test('two polls at once ask each source once', async () => {
    const { identity, registry } = aRegistry()
    await Promise.all([registry.poll(), registry.poll(), registry.load()])
    expect(identity.asked).toHaveLength(1)
  })

  test('forgets entries once no token can be behind them', async () => {
    const { clock, identity, registry } = aRegistry()
    identity.bump(sessionSubject(session), 1)
    await registry.load()
    clock.advance(330 + 89)
    await registry.poll()
    expect(registry.size).toBe(1)
    clock.advance(1)
    await registry.poll()
    expect(registry.size).toBe(0)
  })

  test('forgets in order even where a subject was bumped twice', async () => {
    const { clock, registry } = aRegistry({ ttlSeconds: 10 })
    await registry.load()
    const bump = (subject: string, epoch: number) =>
      registry.note({ subject, epoch, bumpedAt: clock.now().toISOString() })
    bump('session:a', 1)
    clock.advance(50)
    bump('session:b', 1)
    bump('session:a', 2)
    clock.advance(60)
    await registry.poll()
    expect(registry.size).toBe(2)
    clock.advance(50)
    await registry.poll()
    expect(registry.size).toBe(0)
  })

  test('holds a template change of 10,000 members', async () => {
    const { tenancy, registry } = aRegistry()
    const members = Array.from({ length: 10_000 }, () => newId('user'))
    for (const member of members) tenancy.bump(memberSubject(workspace, member), 2)
    await registry.load()
    expect(registry.size).toBe(10_000)
    const claims = members
      .filter((sub) => isId('user', sub))
      .map((sub) => ({
        ...tokenWith({ s: 0, m: 1 }),
        sub,
      }))
    expect(claims.every((token) => registry.isRevoked(token))).toBe(true)
  })
})

describe('a started registry', () => {
  beforeEach(() => {
    jest.useFakeTimers()
  })
  afterEach(() => {
    jest.useRealTimers()
  })

  test('polls at once and then at its interval, until it is stopped', async () => {
    const { identity, registry } = aRegistry()
    registry.start(1_000)
    await jest.advanceTimersByTimeAsync(2_500)
    expect(identity.asked).toHaveLength(3)
    registry.stop()
    await jest.advanceTimersByTimeAsync(5_000)
    expect(identity.asked).toHaveLength(3)
    expect(jest.getTimerCount()).toBe(0)
  })

  test('started twice polls once per interval', async () => {
    const { identity, registry } = aRegistry()
    registry.start(1_000)
    registry.start(1_000)
    await jest.advanceTimersByTimeAsync(3_500)
    expect(identity.asked).toHaveLength(4)
    registry.stop()
  })

  test('goes on polling a source that hangs', async () => {
    const { tenancy, registry } = aRegistry({ sourceTimeoutMs: 500 })
    tenancy.state.hangs = true
    registry.start(1_000)
    await jest.advanceTimersByTimeAsync(2_500)
    expect(tenancy.asked.length).toBeGreaterThanOrEqual(2)
    registry.stop()
    await jest.advanceTimersByTimeAsync(1_000)
    expect(jest.getTimerCount()).toBe(0)
  })
})
