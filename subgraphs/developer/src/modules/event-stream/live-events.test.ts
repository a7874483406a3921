import { describe, expect, test } from '@jest/globals'
import type { LoggedEvent } from '@logicspike/events'
import { createLiveEvents } from './live-events.ts'

const event = (tenantId: string | null, seq: number): LoggedEvent => ({
  ...{ position: seq, tenantId, seq, id: `evt_${seq}`, type: 'workspace.renamed', version: 1 },
  ...{ class: 'domain', source: 'tenancy', subject: 'x', actor: null, data: {} },
  ...{ correlationId: null, causationId: null, traceparent: null },
  ...{ occurredAt: new Date(), recordedAt: new Date() },
})

function aTail() {
  const listeners = new Set<(events: readonly LoggedEvent[]) => void>()
  const watchers = new Set<(connected: boolean) => void>()
  return {
    connected: false,
    onEvents(listener: (events: readonly LoggedEvent[]) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    onConnection(watcher: (connected: boolean) => void) {
      watchers.add(watcher)
      return () => void watchers.delete(watcher)
    },
    connect() {
      for (const watch of watchers) watch(true)
    },
    hand(...events: LoggedEvent[]) {
      for (const listen of listeners) listen(events)
    },
    get listening() {
      return listeners.size + watchers.size
    },
  }
}

describe('live events', () => {
  test('of a workspace go to all who listen there, in order, and to nobody else', async () => {
    const tail = aTail()
    const live = createLiveEvents(tail)
    const [one, two, other] = ['a', 'a', 'b'].map((tenant) => live.open(tenant, 10))
    tail.hand(event('a', 1), event(null, 9), event('b', 5), event('a', 2))
    for (const feed of [one, two]) {
      expect([await feed?.next(1), await feed?.next(1)]).toMatchObject([{ seq: 1 }, { seq: 2 }])
    }
    expect([await other?.next(1), await other?.next(1)]).toMatchObject([{ seq: 5 }, 'idle'])
    live.close()
  })

  test('wake who waits', async () => {
    const tail = aTail()
    const live = createLiveEvents(tail)
    const feed = live.open('a', 10)
    const next = feed.next(60_000)
    tail.hand(event('a', 1))
    expect(await next).toMatchObject({ seq: 1 })
    const last = feed.next(60_000)
    live.close()
    expect(await last).toBe('closed')
  })

  test('are not kept beyond the capacity, nor for who has gone', async () => {
    const tail = aTail()
    const live = createLiveEvents(tail)
    const [slow, gone] = [live.open('a', 2), live.open('a', 2)]
    gone.close()
    tail.hand(event('a', 1), event('a', 2), event('a', 3), event('a', 4))
    expect([await slow.next(1), await slow.next(1)]).toEqual(['overrun', 'overrun'])
    expect([await gone.next(1), live.size]).toEqual(['closed', 0])
    live.close()
    expect(tail.listening).toBe(0)
  })

  test('are ready once the tail has followed the log', () => {
    const tail = aTail()
    const live = createLiveEvents(tail)
    expect(live.ready).toBe(false)
    tail.connect()
    expect(live.ready).toBe(true)
    live.close()
  })
})
