/** When events were recorded after which somebody is likely to read on. */
export type TimeMarks = {
  /**
   * Not later than the record of anything after `place`.
   * @param find when the event at the place was recorded, asked where it is not known
   */
  sinceOf(place: string, find: () => Promise<Date | undefined>): Promise<Date>
  note(place: string, recordedAt: Date): void
}

/** From where in time to look where nothing is known. */
const anyTime = new Date(0)

/** A millisecond less: the driver cuts microseconds off, rounding would skip what is in between. */
const safely = (date: Date): Date => new Date(date.getTime() - 1)

/**
 * The log is kept in days, and a cursor says nothing of the day. Whoever reads on from where its
 * last batch ended need not have every day looked through. Forgets the oldest of `capacity`.
 */
export function createTimeMarks(capacity = 2_000): TimeMarks {
  const marks = new Map<string, Date>()
  function note(place: string, recordedAt: Date): Date {
    const mark = safely(recordedAt)
    marks.delete(place)
    marks.set(place, mark)
    const [oldest] = marks.keys()
    if (marks.size > capacity && oldest !== undefined) marks.delete(oldest)
    return mark
  }
  return {
    note,
    async sinceOf(place, find) {
      const known = marks.get(place)
      if (known) return known
      const found = await find()
      return found ? note(place, found) : anyTime
    },
  }
}
