/** How fast one connection may be written to. */
export type SlackPace = {
  /**
   * Takes the right to send one message now.
   * @returns 0 where it is given, else the milliseconds after which to ask again
   */
  take(key: string): number
  /** Nothing for so many milliseconds: the other side asked for it. */
  hold(key: string, ms: number): void
}

type Lane = {
  /** When the bucket is full again (the theoretical arrival time of GCRA). */
  fullAt: number
  /** Up to when turns are promised to those who were sent away. */
  promisedUntil: number
}

/** Slack takes one message a second for each channel, and short bursts. */
const INTERVAL_MS = 1_000
const BURST = 3
/** Nobody is sent away for longer than this; by then the queue may look different. */
const LONGEST_WAIT_MS = 10 * 60_000
const MANY_LANES = 1_000

/**
 * A token bucket for each connection, in the memory of this process; several processes together may
 * be faster, and are told so by Slack. Who is sent away gets a turn of their own, one after another,
 * so that a hundred messages do not all come back at the same moment.
 * @param now milliseconds
 */
export function createSlackPace(now: () => number): SlackPace {
  const lanes = new Map<string, Lane>()

  function laneOf(key: string): Lane {
    const at = now()
    const known = lanes.get(key)
    if (known) return known
    if (lanes.size >= MANY_LANES) forgetIdle(lanes, at)
    const lane = { fullAt: at, promisedUntil: at }
    lanes.set(key, lane)
    return lane
  }

  return {
    take(key) {
      const at = now()
      const lane = laneOf(key)
      const free = lane.fullAt - (BURST - 1) * INTERVAL_MS
      if (free <= at) {
        lane.fullAt = Math.max(lane.fullAt, at) + INTERVAL_MS
        return 0
      }
      const turn = Math.max(free, Math.min(lane.promisedUntil, at + LONGEST_WAIT_MS))
      lane.promisedUntil = turn + INTERVAL_MS
      return turn - at
    },
    hold(key, ms) {
      const lane = laneOf(key)
      lane.fullAt = Math.max(lane.fullAt, now() + ms + (BURST - 1) * INTERVAL_MS)
    },
  }
}

function forgetIdle(lanes: Map<string, Lane>, at: number): void {
  for (const [key, { fullAt, promisedUntil }] of lanes) {
    if (Math.max(fullAt, promisedUntil) <= at) lanes.delete(key)
  }
}
