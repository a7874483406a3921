import { describe, expect, test } from '@jest/globals'
import type { LoggedEvent } from '../logged-event.ts'
import { createFollower, type ReadAfter } from './create-follower.ts'

const anEvent = (position: number): LoggedEvent => ({
  position,
  tenantId: null,
  seq: position,
  id: `${position}`,
  type: 'user.deleted',
  version: 1,
  class: 'domain',
  source: 'identity',
  subject: 'somebody',
  actor: null,
  data: null,
  correlationId: null,
  causationId: null,
  traceparent: null,
  occurredAt: new Date(position),
  recordedAt: new Date(1_000 + position),
})

/** A log of so many events that answers when it is let, and what a follower hands on of it. */
function aLog(options: { events: number; batchSize: number; from?: number }) {
  const state = { head: options.events, failing: false }
  const heard: number[][] = []
  const asked: Parameters<ReadAfter>[0][] = []
  const gates: PromiseWithResolvers<void>[] = []
  let open = true
  const follower = createFollower({
    from: { position: options.from ?? 0, since: new Date(0) },
    batchSize: options.batchSize,
    async readAfter(query) {
      asked.push(query)
      const head = state.head
      if (!open) {
        const gate = Promise.withResolvers<void>()
        gates.push(gate)
        await gate.promise
      }
      if (state.failing) throw new Error('the connection is gone')
      const count = Math.min(query.limit, head - query.position)
      return Array.from({ length: count }, (_, index) => anEvent(query.position + index + 1))
    },
    handOn: (events) => heard.push(events.map(({ position }) => position)),
  })
  return {
    follower,
    state,
    heard,
    asked,
    shut() {
      open = false
    },
    letGo() {
      open = true
      for (const gate of gates.splice(0)) gate.resolve()
    },
  }
}

describe('a follower', () => {
  test('hands on in batches what comes after its position, and stands at the last', async () => {
    const { follower, heard } = aLog({ events: 5, batchSize: 2, from: 0 })
    await follower.catchUp()
    expect(heard).toEqual([[1, 2], [3, 4], [5]])
    expect(follower.position).toBe(5)
    await follower.catchUp()
    expect(heard).toHaveLength(3)
  })

  test('however many wake it, it reads once at a time and hands on once', async () => {
    const it = aLog({ events: 2, batchSize: 10 })
    it.shut()
    const woken = [it.follower.catchUp(), it.follower.catchUp(), it.follower.catchUp()]
    expect(it.asked).toHaveLength(1)
    it.letGo()
    await Promise.all(woken)
    expect(it.heard).toEqual([[1, 2]])
  })

  test('who wakes it while it reads is not told that there is nothing', async () => {
    const it = aLog({ events: 1, batchSize: 10 })
    it.shut()
    const first = it.follower.catchUp()
    it.state.head = 3
    const second = it.follower.catchUp()
    it.letGo()
    await Promise.all([first, second])
    expect(it.heard).toEqual([[1], [2, 3]])
  })

  test('after a failure it goes on from where it stood', async () => {
    const it = aLog({ events: 2, batchSize: 10 })
    await it.follower.catchUp()
    it.state.failing = true
    it.state.head = 4
    await expect(it.follower.catchUp()).rejects.toThrow('the connection is gone')
    it.state.failing = false
    await it.follower.catchUp()
    expect(it.heard).toEqual([
      [1, 2],
      [3, 4],
    ])
  })

  test('looks into no day before the one of its last event', async () => {
    const it = aLog({ events: 3, batchSize: 10 })
    await it.follower.catchUp()
    await it.follower.catchUp()
    expect(it.asked.at(-1)).toMatchObject({ position: 3, since: new Date(1_002) })
  })
})
