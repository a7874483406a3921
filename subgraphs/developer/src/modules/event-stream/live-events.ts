import type { EventTail, LoggedEvent } from '@logicspike/events'

/** What is new in one workspace's line, as it is recorded. */
export type LiveFeed = {
  /**
   * The next event, in order.
   * @param waitMs how long to wait for one
   * @returns `idle` where none came in that time, `overrun` where more came than could be kept,
   * `closed` once it is
   */
  next(waitMs: number): Promise<LoggedEvent | 'idle' | 'overrun' | 'closed'>
  close(): void
}

export type LiveEvents = {
  /** Everything recorded for a workspace from now on; at most `capacity` events wait to be taken. */
  open(tenantId: string, capacity: number): LiveFeed
  /** How many feeds are open. */
  readonly size: number
  /**
   * Whether the tail follows the log, or has done: only then is everything handed on that is recorded
   * after a feed was opened.
   */
  readonly ready: boolean
  close(): void
}

type Feed = LiveFeed & { offer(event: LoggedEvent): void }

/** Hands the process's one tail out to all who listen, by workspace. */
export function createLiveEvents(
  tail: Pick<EventTail, 'onEvents' | 'onConnection' | 'connected'>,
): LiveEvents {
  const feeds = new Map<string, Set<Feed>>()
  let ready = tail.connected
  const stopWatching = tail.onConnection((connected) => {
    ready ||= connected
  })
  const stopListening = tail.onEvents((events) => {
    for (const event of events) {
      if (event.tenantId === null) continue
      for (const feed of feeds.get(event.tenantId) ?? []) feed.offer(event)
    }
  })

  return {
    open(tenantId, capacity) {
      const ofTenant = feeds.get(tenantId) ?? new Set()
      feeds.set(tenantId, ofTenant)
      const feed = createFeed(capacity, () => {
        ofTenant.delete(feed)
        if (ofTenant.size === 0 && feeds.get(tenantId) === ofTenant) feeds.delete(tenantId)
      })
      ofTenant.add(feed)
      return feed
    },
    get size() {
      return [...feeds.values()].reduce((sum, { size }) => sum + size, 0)
    },
    get ready() {
      return ready || tail.connected
    },
    close() {
      stopWatching()
      stopListening()
      for (const feed of [...feeds.values()].flatMap((ofTenant) => [...ofTenant])) feed.close()
    },
  }
}

function createFeed(capacity: number, onClose: () => void): Feed {
  let waiting: LoggedEvent[] = []
  let state: 'open' | 'overrun' | 'closed' = 'open'
  let wake: () => void = () => undefined

  function end(as: 'overrun' | 'closed'): void {
    if (state !== 'open') return
    state = as
    waiting = []
    onClose()
    wake()
  }

  return {
    offer(event) {
      if (waiting.length >= capacity) return end('overrun')
      waiting.push(event)
      wake()
    },
    async next(waitMs) {
      if (waiting.length === 0 && state === 'open') {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, waitMs)
          wake = () => {
            clearTimeout(timer)
            resolve()
          }
        })
        wake = () => undefined
      }
      if (state !== 'open') return state
      return waiting.shift() ?? 'idle'
    },
    close: () => end('closed'),
  }
}
