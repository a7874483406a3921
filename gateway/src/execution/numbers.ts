import { LRUCache } from 'lru-cache'

/** Numbers for texts: two texts never have one number, and equal ones have one while it is remembered. */
export type Numbers = { of(text: string): number }

const MOST_REMEMBERED = 10_000

/** Long texts are dear to compare again and again as parts of keys; their numbers are not. */
export function createNumbers(): Numbers {
  const known = new LRUCache<string, number>({ max: MOST_REMEMBERED })
  let last = 0
  return {
    of(text) {
      const number = known.get(text)
      if (number !== undefined) return number
      last += 1
      known.set(text, last)
      return last
    },
  }
}
