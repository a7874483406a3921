import type { EpochBump, EpochFeed } from './epochs.ts'
import type { AuthLog, Clock } from './seams.ts'

/** Whether a push can be relied on: it is connected, and polls do not bring its news before it. */
export type PushWatch = {
  readonly keepsUp: boolean
  /** Follows the feed until `stop()`. `onChange` is called whenever polling should change. */
  start(take: (bumps: readonly EpochBump[]) => void, onChange: () => void): void
  stop(): void
  /** To be told of what a poll brought as news, and when it was asked. */
  polled(news: readonly EpochBump[], askedAt: Date): void
}

/** By how much a push may be later than a poll. It takes milliseconds, a committing transaction more. */
const GRACE_MS = 1_000

/**
 * Watches a push for standing still unnoticed: whoever feeds it may be stuck while its connection
 * lives. It is found out by a poll that brings what should have been pushed, and believed again
 * once it pushes something.
 */
export function createPushWatch(
  feed: EpochFeed | undefined,
  clock: Clock,
  log: AuthLog,
): PushWatch {
  const leaving = new Set<() => void>()
  let connectedAt: Date | null = null
  let overtaken = false
  let changed = () => {}

  function setOvertaken(now: boolean): void {
    if (overtaken === now) return
    overtaken = now
    if (now) log.warn({}, 'revocations are pushed late or not at all; sources are asked instead')
    else log.info({}, 'revocations are pushed again')
    changed()
  }

  function connection(connected: boolean): void {
    connectedAt = connected ? clock.now() : null
    changed()
  }

  const wasDue = (since: Date, askedAt: Date) => (bump: EpochBump) => {
    const bumpedAt = new Date(bump.bumpedAt)
    return bumpedAt > since && bumpedAt.getTime() < askedAt.getTime() - GRACE_MS
  }

  return {
    get keepsUp() {
      return connectedAt !== null && !overtaken
    },
    start(take, onChange) {
      if (!feed) return
      changed = onChange
      connectedAt = feed.connected ? clock.now() : null
      leaving.add(feed.onConnection(connection))
      leaving.add(
        feed.onBumps((bumps) => {
          take(bumps)
          setOvertaken(false)
        }),
      )
    },
    stop() {
      for (const leave of leaving) leave()
      leaving.clear()
      connectedAt = null
    },
    polled(news, askedAt) {
      if (connectedAt && news.some(wasDue(connectedAt, askedAt))) setOvertaken(true)
    },
  }
}
