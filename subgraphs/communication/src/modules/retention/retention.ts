const DAY_MS = 86_400_000

/**
 * How long things are kept, in days. What was read is looked for a while yet; what was not, until
 * nobody can still mean to. How a message fared is of interest while somebody may ask after it.
 */
export const KEPT_DAYS = { read: 90, unread: 400, unshown: 90, delivery: 90 } as const

/** A place is looked at so often while it has something, which then goes that much late at most. */
const SWEEP_DAYS = 7

/** Moments before which things are removed. */
export type Cutoffs = Readonly<Record<keyof typeof KEPT_DAYS, Date>>

/** What is older than this goes. Pure. */
export const cutoffsAt = (now: Date): Cutoffs => ({
  read: daysFrom(now, -KEPT_DAYS.read),
  unread: daysFrom(now, -KEPT_DAYS.unread),
  unshown: daysFrom(now, -KEPT_DAYS.unshown),
  delivery: daysFrom(now, -KEPT_DAYS.delivery),
})

/**
 * When a place is to be looked at next. Where nothing is left, nothing that comes can have grown old
 * before the shortest time is over. Pure.
 */
export const nextSweep = (now: Date, hasSomething: boolean): Date =>
  daysFrom(now, hasSomething ? SWEEP_DAYS : Math.min(...Object.values(KEPT_DAYS)))

const daysFrom = (at: Date, days: number): Date => new Date(at.getTime() + days * DAY_MS)
