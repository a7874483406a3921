import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { newId } from '@logicspike/ids'
import {
  createEpochRegistry,
  type EpochBump,
  type EpochClaims,
  PUSHED_POLL_MS,
  sessionSubject,
} from '../src/index.ts'
import { movableClock } from '../src/testing/index.ts'
import { handFed } from './support/hand-fed.ts'
import { memoryLog } from './support/memory-log.ts'

const session = newId('session')
const token: EpochClaims = { sub: newId('user'), sid: session, ep: { s: 0 } }
const bump: EpochBump = {
  subject: sessionSubject(session),
  epoch: 1,
  bumpedAt: '2030-01-01T12:00:00.000Z',
}

function aPushedRegistry({ connected = true } = {}) {
  const clock = movableClock()
  const feed = handFed(connected)
  const aSource = (name: string) => ({
    name,
    asked: 0,
    down: false,
    bumps: [] as EpochBump[],
    async recentBumps() {
      this.asked += 1
      if (this.down) throw new Error(`${name} is down`)
      return this.bumps
    },
  })
  const [identity, tenancy] = [aSource('identity'), aSource('tenancy')]
  const sources = [identity, tenancy]
  const log = memoryLog()
  const registry = createEpochRegistry({ sources, feed, clock, log })
  return { clock, feed, identity, tenancy, registry, log }
}

describe('a registry that bumps are pushed to', () => {
  beforeEach(() => {
    jest.useFakeTimers()
  })
  afterEach(() => {
    jest.useRealTimers()
  })

  test('refuses what was pushed at once, and tells listeners', async () => {
    const { feed, registry } = aPushedRegistry()
    const heard: EpochBump[] = []
    registry.onBump((news) => heard.push(news))
    registry.start(500)
    await jest.advanceTimersByTimeAsync(0)
    expect(registry.isRevoked(token)).toBe(false)
    feed.push(bump)
    expect(registry.isRevoked(token)).toBe(true)
    expect(heard).toEqual([bump])
    registry.stop()
  })

  test('is not ready by a push alone: what was revoked before it listened is asked for', async () => {
    const { feed, identity, registry } = aPushedRegistry()
    identity.down = true
    registry.start(500)
    await jest.advanceTimersByTimeAsync(0)
    feed.push({ ...bump, subject: sessionSubject(newId('session')) })
    expect(registry.ready).toBe(false)
    expect(registry.isRevoked(token)).toBe(true)
    registry.stop()
  })

  test('polls seldom while the push is connected, and often while it is not', async () => {
    const { feed, identity, registry } = aPushedRegistry()
    registry.start(500)
    await jest.advanceTimersByTimeAsync(PUSHED_POLL_MS * 2)
    expect(identity.asked).toBe(3)
    expect(registry.isPushed).toBe(true)
    feed.connect(false)
    expect(registry.isPushed).toBe(false)
    await jest.advanceTimersByTimeAsync(2_000)
    expect(identity.asked).toBe(3 + 5)
    feed.connect(true)
    await jest.advanceTimersByTimeAsync(PUSHED_POLL_MS)
    expect(identity.asked).toBe(8 + 2)
    registry.stop()
  })

  test('asks for what it may have missed the moment the connection is lost, and when it is back', async () => {
    const { feed, identity, registry } = aPushedRegistry()
    registry.start(500)
    await jest.advanceTimersByTimeAsync(0)
    identity.bumps.push(bump)
    feed.connect(false)
    await jest.advanceTimersByTimeAsync(0)
    expect(registry.isRevoked(token)).toBe(true)
    identity.bumps.push({ ...bump, epoch: 2 })
    feed.connect(true)
    await jest.advanceTimersByTimeAsync(0)
    expect(registry.isRevoked({ ...token, ep: { s: 1 } })).toBe(true)
    registry.stop()
  })

  test('finds out a push that stands still though it is connected, and relies on polls until it moves', async () => {
    const { clock, feed, identity, registry, log } = aPushedRegistry()
    registry.start(500)
    await jest.advanceTimersByTimeAsync(0)
    clock.advance(2)
    identity.bumps.push({ ...bump, bumpedAt: clock.now().toISOString() })
    clock.advance(2)
    await jest.advanceTimersByTimeAsync(PUSHED_POLL_MS)
    const { asked } = identity
    await jest.advanceTimersByTimeAsync(2_000)
    expect(identity.asked).toBe(asked + 4)
    expect(registry.isPushed).toBe(false)
    feed.push({ ...bump, epoch: 2 })
    expect(registry.isPushed).toBe(true)
    await jest.advanceTimersByTimeAsync(PUSHED_POLL_MS)
    expect(identity.asked).toBe(asked + 4 + 2)
    expect(log.lines).toHaveLength(2)
    registry.stop()
  })

  test.each([
    ['that was bumped a moment ago', 2, 0.5],
    ['that was bumped before the push was connected', -1, 5],
  ])('a poll that brings one %s says nothing against the push', async (_, bumpedAfter, ago) => {
    const { clock, identity, registry, log } = aPushedRegistry()
    registry.start(500)
    await jest.advanceTimersByTimeAsync(0)
    clock.advance(bumpedAfter)
    identity.bumps.push({ ...bump, bumpedAt: clock.now().toISOString() })
    clock.advance(ago)
    await jest.advanceTimersByTimeAsync(PUSHED_POLL_MS)
    expect(registry.isRevoked(token)).toBe(true)
    expect(log.lines).toEqual([])
    registry.stop()
  })

  test('stopped, it listens no more and leaves no timer', async () => {
    const { feed, registry } = aPushedRegistry()
    registry.start(500)
    registry.start(500)
    await jest.advanceTimersByTimeAsync(0)
    expect(feed.listeners).toBe(2)
    registry.stop()
    expect(feed.listeners).toBe(0)
    expect(jest.getTimerCount()).toBe(0)
  })
})

describe('S10: what a change may rely on', () => {
  test('nobody is asked while the push is connected and polls are answered', async () => {
    const { clock, identity, registry } = aPushedRegistry()
    registry.start(500)
    await registry.load()
    const { asked } = identity
    clock.advance((2 * PUSHED_POLL_MS) / 1000)
    await registry.requireFresh()
    expect(identity.asked).toBe(asked)
    registry.stop()
  })

  test('a push that is connected and polls that go unanswered are not enough for ever', async () => {
    const { clock, identity, registry } = aPushedRegistry()
    registry.start(500)
    await registry.load()
    const { asked } = identity
    clock.advance((2 * PUSHED_POLL_MS) / 1000 + 1)
    await registry.requireFresh()
    expect(identity.asked).toBe(asked + 1)
    registry.stop()
  })

  test('with the push down, a source whose answer is over a second old is asked, and only that', async () => {
    const { clock, identity, tenancy, registry } = aPushedRegistry({ connected: false })
    await registry.load()
    tenancy.down = true
    clock.advance(1)
    await registry.requireFresh()
    expect([identity.asked, tenancy.asked]).toEqual([1, 1])
    tenancy.down = false
    clock.advance(1)
    tenancy.bumps.push(bump)
    await registry.requireFresh()
    expect([identity.asked, tenancy.asked]).toEqual([2, 2])
    expect(registry.isRevoked(token)).toBe(true)
  })

  test('many changes at once ask a source once', async () => {
    const { identity, registry } = aPushedRegistry({ connected: false })
    await Promise.all(Array.from({ length: 50 }, () => registry.requireFresh()))
    expect(identity.asked).toBe(1)
  })

  test('fails where the source does not answer, and names it for the log only', async () => {
    const { clock, tenancy, registry } = aPushedRegistry({ connected: false })
    await registry.load()
    tenancy.down = true
    clock.advance(2)
    await expect(registry.requireFresh()).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
      detail: 'revocations of tenancy',
      message: expect.not.stringContaining('tenancy'),
    })
    expect(registry.isRevoked(token)).toBe(false)
  })
})
