import { describe, expect, test } from '@jest/globals'
import { exponentialBackoff } from './backoff.ts'

describe('the pause after a failed try', () => {
  test.each([
    [1, 200],
    [2, 400],
    [5, 3_200],
    [9, 51_200],
    [10, 60_000],
    [2_000, 60_000],
  ])('after try %i is %i ms at most, and half of it at least', (tries, longest) => {
    expect(exponentialBackoff(tries, 0)).toBe(longest)
    expect(exponentialBackoff(tries, 0.999_999)).toBeCloseTo(longest / 2, 0)
  })
})
