import type { Clock } from '../seams.ts'

export type MovableClock = Clock & {
  /** Moves on by this many seconds; fractions are allowed. */
  advance(seconds: number): void
}

/** A clock that stands still until it is told to move. */
export function movableClock(start = new Date('2030-01-01T12:00:00Z')): MovableClock {
  let milliseconds = start.getTime()
  return {
    now: () => new Date(milliseconds),
    advance(seconds) {
      milliseconds += seconds * 1000
    },
  }
}
