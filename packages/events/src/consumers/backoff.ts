const FIRST_MS = 200
const LONGEST_MS = 60_000

/**
 * How long to wait after a failed try, in milliseconds: twice as long each time, up to a minute,
 * less a random part of up to a half, so that those who failed together do not come back together.
 * @param tries how often it has failed, from 1
 * @param random from 0 up to 1
 */
export function exponentialBackoff(tries: number, random: number = Math.random()): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (tries - 1))
  return Math.round(longest * (1 - random / 2))
}
