import { anyTime } from './logged-rows.ts'

/** When events were recorded after which somebody is likely to read on. */
export type TimeMarks = {
  /** Not later than the record of anything after `place`. */
  since(place: string): Date
  note(place: string, recordedAt: Date): void
}

/** A millisecond less: the driver cuts microseconds off, rounding would skip what is in between. */
const safely = (date: Date): Date => new Date(date.getTime() - 1)

/**
 * The log is kept in days, and a cursor says nothing of the day. Whoever reads on from where its
 * last batch ended need not have every day looked through. Forgets the oldest of `capacity`.
 */
export function createTimeMarks(capacity = 2_000): TimeMarks {
  const marks = new Map<string, Date>()
  return {
    since: (place) => marks.get(place) ?? anyTime,
    note(place, recordedAt) {
      marks.delete(place)
      marks.set(place, safely(recordedAt))
      const [oldest] = marks.keys()
      if (marks.size > capacity && oldest !== undefined) marks.delete(oldest)
    },
  }
}
